/** Every reason for which a rule can be refused; the set is closed so that it can label metrics. */
export type SigmaErrorCode =
  | 'yaml'
  | 'documents'
  | 'too-large'
  | 'missing'
  | 'type'
  | 'value'
  | 'condition'
  | 'unknown-search'
  | 'empty-selector'
  | 'unknown-modifier'
  | 'modifier-conflict'
  | 'unsupported';

/** Where and why; `line` and `column` count from 1, `path` is an RFC 6901 pointer into the rule. */
export interface SigmaErrorDetails {
  readonly code: SigmaErrorCode;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly cause?: unknown;
}

/**
 * A rule was refused. The message says what was found and what was expected; the file's name is the
 * caller's to add. The same text is always refused again, so it is never retryable.
 */
export class SigmaError extends Error {
  override readonly name = 'SigmaError';
  readonly retryable = false;
  readonly code: SigmaErrorCode;
  readonly line: number;
  readonly column: number;
  readonly path: string;

  constructor(details: SigmaErrorDetails) {
    super(details.message, { cause: details.cause });
    this.code = details.code;
    this.line = details.line;
    this.column = details.column;
    this.path = details.path;
  }
}
