import { type AuditEvent } from '@auditstream/events/generated/types';

/** Classes of events that are kept apart, so that each can be kept for as long as it is worth. */
export type EventClass = 'change' | 'read';

const readVerbs: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'head', 'options']);

/** Calls of Docker's API that only look; an engine's own events report changes, and have no dots. */
const readCall =
  /^(?:\w+\.)+(?:list|inspect|logs|export|read|stat|top|stats|changes|history|search|wait|events|info|version|df|ping|unlockkey|distribution|privileges|attestations)$/;

/** The class of an event: what only looks is `read`, everything else `change`. */
export function classOf({ source, action }: Pick<AuditEvent, 'source' | 'action'>): EventClass {
  if (source === 'docker') return readCall.test(action) ? 'read' : 'change';
  return source === 'kubernetes' && readVerbs.has(action) ? 'read' : 'change';
}

const dayMs = 86_400_000;
/** How far the time of a live event may lie before and after its append time and still open a day. */
const horizonMs = { back: 90 * dayMs, ahead: 2 * dayMs };

type Dated = Pick<AuditEvent, 'source' | 'action' | 'time' | 'appendedAt' | 'origin'>;

/**
 * Its own day, however late it arrives. One index takes the live events whose clock is wrong beyond the
 * horizon: each day is an index, and a source could open more of them than OpenSearch bears. A replay is
 * as old as it is.
 */
export function eventIndex(event: Dated): string {
  if (event.origin === 'live' && isBeyondHorizon(event)) return 'audit-events-out-of-range';
  return `audit-events-${classOf(event)}-${dateOf(event.time / 1_000, 10)}`;
}

function isBeyondHorizon({ time, appendedAt }: Dated): boolean {
  const aheadMs = time / 1_000 - appendedAt;
  return aheadMs < -horizonMs.back || aheadMs > horizonMs.ahead;
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
