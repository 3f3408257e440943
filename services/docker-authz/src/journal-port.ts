/** What the recorder needs of a journal. */

export interface Journal {
  /**
   * Resolves when the line would survive a loss of power.
   * @throws JournalError
   */
  readonly append: (line: Buffer) => Promise<void>;
  /** What is appended from now on is in this segment, or in a later one. */
  segment(): number;
}

export type JournalErrorCode = 'not-written' | 'overloaded' | 'stopped';

export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly retryable = true;
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
