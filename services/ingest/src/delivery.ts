import { type Delivery as Way, type Origin } from '@auditstream/events/generated/types';
import { type SourceKind } from './domain/record.ts';

/** What a source hands over at once. */
export interface Delivery {
  readonly source: SourceKind;
  readonly cluster: string;
  readonly origin: Origin;
  readonly way: Way;
  /** The bytes of each would-be event, in their order. */
  readonly items: readonly Buffer[];
  /** Sizes, in bytes, of items that were too large to be held. */
  readonly oversized: readonly number[];
}

export interface Receipt {
  /** Items that are in audit.ingested, or in the spool on their way there. */
  readonly accepted: number;
  /** Items whose dead letters are, likewise, durable. */
  readonly rejected: number;
}

/**
 * Takes a delivery. Resolves when all of it is durable.
 * @throws IngestError 'unavailable', retryable: neither Kafka nor the spool took all of it
 */
export type Accept = (delivery: Delivery) => Promise<Receipt>;

export type IngestErrorCode = 'unavailable';

export class IngestError extends Error {
  override readonly name = 'IngestError';
  readonly retryable = true;
  readonly code: IngestErrorCode;

  constructor(code: IngestErrorCode, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
