import { type AuditEvent } from '@auditstream/events/generated/types';
import { type Field } from './fields.ts';
import { keyValues } from './read-event.ts';
import { microsText } from './times.ts';

/** Fields that only notices have (docs/notices.md). */
export const noticeFields: readonly Field<AuditEvent>[] = [
  {
    name: 'auditstream.notice.from',
    type: 'date-nanos',
    doc: 'Beginning of the time that a notice is about.',
    read: ({ notice }) => textOf(notice?.from),
  },
  {
    name: 'auditstream.notice.to',
    type: 'date-nanos',
    doc: 'Its end.',
    read: ({ notice }) => textOf(notice?.to),
  },
  {
    name: 'auditstream.notice.details',
    type: 'long-keyword',
    doc: 'Further facts of a notice as `name=value`.',
    read: ({ notice }) => keyValues(notice?.details),
  },
];

function textOf(micros: number | null | undefined): string | null {
  return typeof micros === 'number' ? microsText(micros) : null;
}
