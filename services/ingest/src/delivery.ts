import {
  type AuditRecord,
  type Delivery as Way,
  type Origin,
} from '@auditstream/events/generated/types';
import { type AuditIdUse } from './domain/audit-id-use.ts';
import { type ExportFormat } from './domain/export/export-format.ts';
import { type SourceKind } from './domain/record.ts';

/** What a source hands over at once. */
export interface Delivery {
  readonly source: SourceKind;
  /** What metrics and logs call the configured source. */
  readonly sourceName: string;
  readonly cluster: string;
  readonly origin: Origin;
  readonly way: Way;
  /** The managed service that exported the items, where one did. */
  readonly exporter?: ExportFormat;
  /** The bytes of each would-be event, in their order. */
  readonly items: readonly Buffer[];
  /** Those of the items whose bodies were taken out as they were too large, each with the bytes that went. */
  readonly cut?: ReadonlyMap<Buffer, number>;
  /** Sizes, in bytes, of items that were too large to be held. */
  readonly oversized: readonly number[];
  /** Where it stands in what is read; not given where whoever sends it sends it again as it is. */
  readonly place?: DeliveryPlace;
}

/** A place in a source that keeps what was read. */
export interface DeliveryPlace {
  /** Equal for everything that is read from there, now or after a restart. */
  readonly name: string;
  /** How many items stand between the place and the first of the delivery. */
  readonly firstItem: number;
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

/** What is known of an event that has become durable. */
export interface DurableEvent extends Pick<AuditRecord, 'id' | 'time' | 'requestId'> {
  /** Not there where the source has no audit ids. */
  readonly auditIdUse?: AuditIdUse | undefined;
}

/** Is told of the events of a delivery before the delivery is answered. Must not throw. */
export type OnDurable = (delivery: Delivery, events: readonly DurableEvent[]) => void;

/** Accepts, and tells of what has become durable. */
export type AcceptStep = (delivery: Delivery, onDurable?: OnDurable) => Promise<Receipt>;

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
