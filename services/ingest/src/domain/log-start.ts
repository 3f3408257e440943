/** Where reading begins in a log that has no checkpoint. */
import { membersOf } from '@auditstream/item/json-scan';
import { JsonScanError } from '@auditstream/item/json-cursor';
import { microsOfTimestamp } from './event-time.ts';
import { stringMember } from './item-members.ts';

export type LogStart =
  /** With the oldest rotated file that is still there. */
  | { readonly kind: 'beginning' }
  /** Behind the last line that is there when a source is read for the first time. */
  | { readonly kind: 'end' }
  /** With the first event of this time or later; microseconds since 1970. */
  | { readonly kind: 'time'; readonly micros: number };

/** @returns undefined for what is neither `beginning` nor `end` nor an RFC 3339 time from 1970 to 2254 */
export function parseLogStart(text: string): LogStart | undefined {
  if (text === 'beginning' || text === 'end') return { kind: text };
  const micros = microsOfTimestamp(text);
  return micros === null ? undefined : { kind: 'time', micros };
}

/** Deeper events are rejected later on; here they have no time. */
const maxDepth = 64;

/** The index of the first line with an event of this time or later; undefined where there is none. */
export function firstLineSince(micros: number, lines: readonly Buffer[]): number | undefined {
  const index = lines.findIndex((line) => (timeOf(line) ?? -1) >= micros);
  return index === -1 ? undefined : index;
}

function timeOf(line: Buffer): number | null {
  try {
    const members = membersOf(line, maxDepth);
    if (members === null) return null;
    return microsOfTimestamp(stringMember({ bytes: line, members }, 'stageTimestamp') ?? '');
  } catch (error) {
    if (error instanceof JsonScanError) return null;
    throw error;
  }
}
