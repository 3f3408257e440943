import { type DeadLetter } from '@auditstream/events/generated/types';
import { type Field } from './fields.ts';
import { millisText } from './times.ts';

/** Every field of a dead letter's document. */
export const deadLetterFields: readonly Field<DeadLetter>[] = [
  {
    name: '@timestamp',
    type: 'date',
    doc: 'When it was rejected.',
    read: ({ rejectedAt }) => millisText(rejectedAt * 1_000),
  },
  { name: 'ecs.version', type: 'keyword', doc: 'Version of ECS.', read: () => '8.17.0' },
  {
    name: 'event.id',
    type: 'keyword',
    doc: "The dead letter's id; also the document's id.",
    read: ({ id }) => id,
  },
  {
    name: 'event.kind',
    type: 'keyword',
    doc: 'Always `pipeline_error`.',
    read: () => 'pipeline_error',
  },
  {
    name: 'event.module',
    type: 'keyword',
    doc: 'Always `auditstream`.',
    read: () => 'auditstream',
  },
  {
    name: 'event.dataset',
    type: 'keyword',
    doc: 'Always `auditstream.dead_letters`.',
    read: () => 'auditstream.dead_letters',
  },
  {
    name: 'service.name',
    type: 'keyword',
    doc: 'Service that rejected it.',
    read: ({ service }) => service,
  },
  { name: 'error.code', type: 'keyword', doc: 'Why, as a code.', read: ({ reason }) => reason },
  {
    name: 'error.message',
    type: 'text',
    doc: 'What was wrong, where, and what to do.',
    read: ({ message }) => message,
  },
  {
    name: 'auditstream.cluster',
    type: 'keyword',
    doc: 'Cluster or engine, where known.',
    read: ({ cluster }) => cluster,
  },
  {
    name: 'auditstream.source',
    type: 'keyword',
    doc: 'Kind of system, where known.',
    read: ({ source }) => source,
  },
  {
    name: 'auditstream.dead_letter.size',
    type: 'long',
    doc: 'Size of what was rejected, in bytes.',
    read: ({ size }) => size,
  },
  {
    name: 'auditstream.dead_letter.topic',
    type: 'keyword',
    doc: 'Topic of the rejected record.',
    read: ({ topic }) => topic,
  },
  {
    name: 'auditstream.dead_letter.partition',
    type: 'integer',
    doc: 'Its partition.',
    read: ({ partition }) => partition,
  },
  {
    name: 'auditstream.dead_letter.offset',
    type: 'long',
    doc: 'Its offset.',
    read: ({ offset }) => offset,
  },
  {
    name: 'auditstream.dead_letter.payload_base64',
    type: 'stored',
    doc: "The rejected record's value.",
    read: ({ payload }) => payload?.toString('base64'),
  },
  {
    name: 'auditstream.dead_letter.sealed_base64',
    type: 'stored',
    doc: "The rejected item's bytes, sealed: `auditstream dead-letters open` unseals them with a private key.",
    read: ({ sealed }) => sealed?.toString('base64'),
  },
  {
    name: 'auditstream.dead_letter.sealed_format',
    type: 'keyword',
    doc: 'How they are sealed: `age-encryption.org/v1`.',
    read: ({ sealedFormat }) => sealedFormat,
  },
  {
    name: 'auditstream.dead_letter.sealed_to',
    type: 'keyword',
    doc: 'The public keys that they are sealed to.',
    read: ({ sealedTo }) => sealedTo,
  },
];
