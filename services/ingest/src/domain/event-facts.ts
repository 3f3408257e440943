import { type ScannedItem } from '@auditstream/item/json-scan';
import { type Redaction } from '@auditstream/item/redact/redaction';
import { type AuditIdUse } from './audit-id-use.ts';

/** What an event's source tells of its time, request and object. */
export interface EventFacts {
  /** Event time, microseconds since 1970-01-01T00:00:00Z. */
  readonly micros: number;
  /** request.id; null where the source has no requests. */
  readonly requestId: string | null;
  /** What names the object inside its cluster; null where the event is about none that has a name. */
  readonly object: readonly string[] | null;
  /** What was taken out before ingest had the event. */
  readonly redactions?: readonly Redaction[];
  /** Not there where the source has no audit ids. */
  readonly auditIdUse?: AuditIdUse;
}

/** @throws RejectedItem where the object is no event of this source */
export type ReadFacts = (cluster: string, item: ScannedItem) => EventFacts;
