/** The ids of events and requests, computed from content alone. docs/ingest.md publishes the rule. */
import { createHash } from 'node:crypto';
import { base32hex } from '@auditstream/item/base32hex';
import { type ScannedItem, type Span } from '@auditstream/item/json-scan';

/** Can occur neither in a cluster's name nor in a JSON string. */
const SEPARATOR = '\n';
const HASH_BYTES = 16;

/**
 * event.id: 39 characters that sort by time.
 * @param micros event time, microseconds since 1970, below 2^53
 */
export function eventId(cluster: string, micros: number, item: ScannedItem): string {
  const hash = createHash('sha256').update(cluster + SEPARATOR);
  let opening = '{';
  for (const { start, end } of canonicalSpans(item)) {
    hash.update(opening).update(item.bytes.subarray(start, end));
    opening = ',';
  }
  hash.update(opening === '{' ? '{}' : '}');
  const id = Buffer.alloc(8 + HASH_BYTES);
  id.writeBigUInt64BE(BigInt(micros));
  hash.digest().copy(id, 8, 0, HASH_BYTES);
  return base32hex(id);
}

/** The webhook has these members once for the whole list, the log file in each event. */
const listMembers: readonly string[] = ['kind', 'apiVersion'];

/** The members that count, with neighbours that only a comma parts taken together. */
function canonicalSpans({ members }: ScannedItem): readonly Span[] {
  const spans: { start: number; end: number }[] = [];
  for (const { key, start, end } of members) {
    if (listMembers.includes(key)) continue;
    const last = spans.at(-1);
    if (last !== undefined && start === last.end + 1) last.end = end;
    else spans.push({ start, end });
  }
  return spans;
}

/** The members whose exact values make request.id, in this order; `user` last: it may hold line feeds. */
const requestMembers = [
  'auditID',
  'requestReceivedTimestamp',
  'verb',
  'requestURI',
  'user',
] as const;

/** request.id of a Kubernetes event: 26 characters, equal in all stages of one request. */
export function requestId(cluster: string, { bytes, members }: ScannedItem): string {
  const hash = createHash('sha256').update(cluster);
  for (const key of requestMembers) {
    hash.update(SEPARATOR);
    const member = members.findLast((candidate) => candidate.key === key);
    if (member !== undefined) hash.update(bytes.subarray(member.valueStart, member.end));
  }
  return base32hex(hash.digest().subarray(0, HASH_BYTES));
}

/** request.id of a call of Docker's API: 26 characters, equal in all events of one call. */
export function callRequestId(cluster: string, callId: string): string {
  const hash = createHash('sha256').update(cluster + SEPARATOR + callId);
  return base32hex(hash.digest().subarray(0, HASH_BYTES));
}
