import { type AuditEvent } from '@auditstream/events/generated/types';
import { eventFields } from './event-fields.ts';
import { documentBuilder } from './fields.ts';
import { eventIndex, repeatIndex } from './index-names.ts';
import { type Repeat, repeatFields } from './repeat-fields.ts';
import { type Write } from './write.ts';

const documentOfEvent = documentBuilder(eventFields);
const documentOfRepeat = documentBuilder(repeatFields);

/** The document of an event: a function of the event alone. */
export function eventWrite(event: AuditEvent): Write {
  return {
    type: 'create',
    index: eventIndex(event),
    id: event.id,
    document: documentOfEvent(event),
  };
}

/** The note that an event was delivered again, under the position of the later delivery. */
export function repeatWrite(repeat: Repeat): Write {
  const { partition, offset, appendedAt } = repeat.event;
  return {
    type: 'replace',
    index: repeatIndex(appendedAt),
    id: `${partition}-${offset}`,
    document: documentOfRepeat(repeat),
  };
}
