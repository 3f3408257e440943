import { type AuditEvent, type AuditRecord } from '@auditstream/events/generated/types';

/** Where a record stands in audit.ingested. */
export interface Position {
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds: the broker's clock when it appended the record. */
  readonly appendedAt: number;
}

type Carried =
  | 'id'
  | 'requestId'
  | 'source'
  | 'cluster'
  | 'origin'
  | 'delivery'
  | 'exporter'
  | 'time'
  | 'receivedAt'
  | 'redactions'
  | 'redacted'
  | 'truncatedBytes'
  | 'body'
  | keyof Position;

/** What an event says beyond its record and position. */
export type Findings = Omit<AuditEvent, Carried>;

/** Actor's name where the source names nobody. */
export const unknownName = 'unknown';

/** The event: the record and its position as they are, and what its body says. */
export function eventOf(record: AuditRecord, position: Position, findings: Findings): AuditEvent {
  const { id, requestId, source, cluster, origin, delivery, time, receivedAt } = record;
  const { exporter, redactions, redacted, truncatedBytes, body } = record;
  const { partition, offset, appendedAt } = position;
  return {
    ...{ id, requestId, source, cluster, origin, delivery, time, receivedAt },
    ...{ exporter, redactions, redacted, truncatedBytes, body },
    ...{ partition, offset, appendedAt },
    ...findings,
  };
}
