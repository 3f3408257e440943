import { authzFacts } from './docker-authz-event.ts';
import { type EventFacts } from './event-facts.ts';
import { microsOfNanos } from './event-time.ts';
import { JsonScanError } from '@auditstream/item/json-cursor';
import { membersOf, type ScannedItem } from '@auditstream/item/json-scan';
import { rawMember, requireObject, requireString, requireText } from './item-members.ts';
import { RejectedItem } from './rejection.ts';

/**
 * Reads an event of a Docker Engine (Engine API, `GET /events`), with or without the members `status`,
 * `id` and `from` of API versions before 1.52; or an event of the authorization plugin.
 * @throws RejectedItem where it is none
 */
export function dockerFacts(cluster: string, item: ScannedItem): EventFacts {
  if (rawMember(item, 'authz') !== undefined) return authzFacts(cluster, item, microsOf(item));
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

/** No event of an engine is as long: such a line is judged like any other, but nothing goes by its time. */
const maxTimedBytes = 64 * 1024;

/** An engine's clock as an event gives it: nanoseconds since 1970; undefined where a line has none. */
export function nanosOf(line: Buffer): bigint | undefined {
  if (line.length > maxTimedBytes) return undefined;
  try {
    const members = membersOf(line, Infinity);
    const nanos = members === null ? undefined : rawMember({ bytes: line, members }, 'timeNano');
    return nanos !== undefined && microsOfNanos(nanos) !== null ? BigInt(nanos) : undefined;
  } catch (error) {
    if (error instanceof JsonScanError) return undefined;
    throw error;
  }
}

const SECOND = 1_000_000_000n;

/**
 * The value of `since` that brings back what may have been missed after an event: one second earlier, as
 * events are not sent strictly in the order of their times. Without an event, all that the engine holds.
 */
export function sinceOf(lastNanos: bigint | undefined, earlier: bigint = SECOND): string {
  if (lastNanos === undefined || lastNanos < earlier) return '0';
  const from = lastNanos - earlier;
  return `${from / SECOND}.${String(from % SECOND).padStart(9, '0')}`;
}
