import { type ScannedItem } from '@auditstream/item/json-scan';
import { type EventFacts } from './event-facts.ts';
import { microsOfTimestamp } from './event-time.ts';
import { requireObject, requireString, requireText } from './item-members.ts';
import { RejectedItem } from './rejection.ts';

/**
 * Reads a notice of ingest itself (docs/notices.md).
 * @throws RejectedItem where it is none
 */
export function noticeFacts(_cluster: string, item: ScannedItem): EventFacts {
  requireText(item, 'action');
  requireString(item, 'message');
  const subject = requireObject(item, 'subject');
  const object = [requireText(subject, 'type'), requireString(subject, 'name')];
  return { micros: microsOf(item), requestId: null, object };
}

function microsOf(item: ScannedItem): number {
  const micros = microsOfTimestamp(requireString(item, 'time'));
  if (micros !== null) return micros;
  throw new RejectedItem('bad-time', 'time is not an RFC 3339 time from 1970 to 2254.');
}
