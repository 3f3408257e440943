import { type EventFacts } from './event-facts.ts';
import { microsOfNanos } from './event-time.ts';
import { type ScannedItem } from './identity.ts';
import { rawMember, requireObject, requireString, requireText } from './item-members.ts';
import { RejectedItem } from './rejection.ts';

/**
 * Reads an event of a Docker Engine (Engine API, `GET /events`), with or without the members `status`,
 * `id` and `from` of API versions before 1.52.
 * @throws RejectedItem where it is none
 */
export function dockerFacts(_cluster: string, item: ScannedItem): EventFacts {
  const type = requireText(item, 'Type');
  requireText(item, 'Action');
  const id = requireString(requireObject(item, 'Actor'), 'ID');
  return { micros: microsOf(item), requestId: null, object: id === '' ? null : [type, id] };
}

function microsOf(item: ScannedItem): number {
  const nanos = rawMember(item, 'timeNano');
  if (nanos === undefined) throw new RejectedItem('not-an-event', 'timeNano is missing.');
  const micros = microsOfNanos(nanos);
  if (micros !== null) return micros;
  const message = 'timeNano is not a whole number of nanoseconds from 1970 to 2254.';
  throw new RejectedItem('bad-time', message);
}
