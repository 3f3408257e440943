import { type AuditEvent } from '@auditstream/events/generated/types';

/** Classes of events that are kept apart, so that each can be kept for as long as it is worth. */
export type EventClass = 'change' | 'read';

const readVerbs: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'head', 'options']);

/** The class of an event: what only looks is `read`, everything else `change`. Engines report changes. */
export function classOf(event: Pick<AuditEvent, 'source' | 'action'>): EventClass {
  return event.source === 'kubernetes' && readVerbs.has(event.action) ? 'read' : 'change';
}

/** Its own day, however late it arrives. */
export function eventIndex(event: Pick<AuditEvent, 'source' | 'action' | 'time'>): string {
  return `audit-events-${classOf(event)}-${dateOf(event.time / 1_000, 10)}`;
}

/** @param bucketTime epoch microseconds */
export function detectionIndex(bucketTime: number): string {
  return `audit-detections-${dateOf(bucketTime / 1_000, 7)}`;
}

/** @param rejectedAt epoch milliseconds */
export function deadLetterIndex(rejectedAt: number): string {
  return `audit-dead-letters-${dateOf(rejectedAt, 7)}`;
}

/** @param appendedAt epoch milliseconds */
export function repeatIndex(appendedAt: number): string {
  return `audit-repeats-${dateOf(appendedAt, 7)}`;
}

/** YYYY.MM.DD, or its first characters. */
function dateOf(millis: number, length: number): string {
  return new Date(Math.floor(millis)).toISOString().slice(0, length).replaceAll('-', '.');
}
