import { type AuditEvent } from '@auditstream/events/generated/types';
import { type Field } from './fields.ts';
import { millisText } from './times.ts';

/** Where the record of a stored document stands in audit.ingested. */
export interface StoredPosition {
  readonly partition: number;
  readonly offset: number;
}

/** A delivery of an event that already had a document. */
export interface Repeat {
  readonly event: AuditEvent;
  /** Position of the delivery that the document was made from. */
  readonly first: StoredPosition;
}

/** Every field of a repeat's document. */
export const repeatFields: readonly Field<Repeat>[] = [
  {
    name: '@timestamp',
    type: 'date',
    doc: "When the repeat was durable in audit.ingested, by the broker's clock.",
    read: ({ event }) => millisText(event.appendedAt * 1_000),
  },
  {
    name: 'event.id',
    type: 'keyword',
    doc: 'The event that was delivered again.',
    read: ({ event }) => event.id,
  },
  {
    name: 'event.created',
    type: 'date',
    doc: "When the repeat reached Auditstream, by ingest's clock.",
    read: ({ event }) => millisText(event.receivedAt * 1_000),
  },
  {
    name: 'auditstream.cluster',
    type: 'keyword',
    doc: 'Cluster or engine.',
    read: ({ event }) => event.cluster,
  },
  {
    name: 'auditstream.source',
    type: 'keyword',
    doc: 'Kind of system.',
    read: ({ event }) => event.source,
  },
  {
    name: 'auditstream.origin',
    type: 'keyword',
    doc: '`live` or `replay`.',
    read: ({ event }) => event.origin,
  },
  {
    name: 'auditstream.delivery',
    type: 'keyword',
    doc: 'How the repeat reached ingest.',
    read: ({ event }) => event.delivery,
  },
  {
    name: 'auditstream.partition',
    type: 'integer',
    doc: 'Partition of audit.ingested that holds the repeat.',
    read: ({ event }) => event.partition,
  },
  {
    name: 'auditstream.offset',
    type: 'long',
    doc: 'Offset of the repeat in that partition.',
    read: ({ event }) => event.offset,
  },
  {
    name: 'auditstream.repeat_of.partition',
    type: 'integer',
    doc: 'Partition of the delivery that the document was made from.',
    read: ({ first }) => first.partition,
  },
  {
    name: 'auditstream.repeat_of.offset',
    type: 'long',
    doc: 'Its offset.',
    read: ({ first }) => first.offset,
  },
];
