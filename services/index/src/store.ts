import { type BulkItem } from './domain/bulk-outcome.ts';
import { type StoredPosition } from './domain/repeat-fields.ts';

/** OpenSearch, as far as the steps need it. Calls reject with a StoreError. */
export interface DocumentStore {
  /**
   * Sends one bulk request of newline-delimited JSON.
   *
   * @returns the items of the answer, in order
   */
  bulk(body: string): Promise<readonly BulkItem[]>;
  /**
   * Reads the positions of event documents, without waiting for a refresh.
   *
   * @returns one position for each document, in order; undefined where there is no such document
   */
  positions(documents: readonly DocumentName[]): Promise<readonly (StoredPosition | undefined)[]>;
}

export interface DocumentName {
  readonly index: string;
  readonly id: string;
}

export type StoreErrorCode =
  /** No connection, no answer in time, or an answer that is none. */
  | 'unreachable'
  /** OpenSearch answered, and not with what was asked for: overloaded, blocked, no right. */
  | 'unavailable'
  /** The request has more bytes than OpenSearch takes. */
  | 'too-big'
  /** Set-up has not installed the index templates. */
  | 'templates-missing';

/** A request that failed as a whole. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** False only where the same request can never succeed. */
  get retryable(): boolean {
    return this.code !== 'too-big';
  }
}
