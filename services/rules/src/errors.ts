import { type PackProblem } from './domain/check-packs.ts';

export type RulesErrorCode =
  /** The packs cannot be published as they are. */
  | 'bad-packs'
  /** A record in audit.rules cannot be read, so no version number is safe. */
  | 'unreadable-topic'
  /** Another process publishes too. */
  | 'second-writer';

/** Why the rules service cannot start. None of these goes away by itself. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
  readonly retryable = false;
  readonly code: RulesErrorCode;

  constructor(code: RulesErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** One error for all that is wrong, a line for each. */
export function badPacks(problems: readonly PackProblem[]): RulesError {
  const lines = problems.map(({ where, message }) => `${where}: ${message}`);
  const count = problems.length === 1 ? '1 thing is' : `${problems.length} things are`;
  const message = `${count} wrong in the packs, nothing is published:\n${lines.join('\n')}`;
  return new RulesError('bad-packs', message);
}
