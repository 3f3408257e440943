/**
 * Whether what an engine replays after a new connection joins on to what was read before. An engine holds
 * its last 256 events in the order in which it told of them and lets the oldest go first: where the last
 * event that was read comes again, everything after it comes too. Where it does not, something may have
 * been cut: more events came than the engine holds, or it was started anew and has forgotten all of them.
 */

export interface Replay {
  /** timeNano of the last event that was read before. */
  readonly last: bigint;
  /** Whether that event came again. */
  readonly joins: boolean;
  /** The earliest timeNano after it that came. */
  readonly next: bigint | undefined;
}

export function beginReplay(last: bigint): Replay {
  return { last, joins: false, next: undefined };
}

/** @param times timeNano of events, in the order in which they came */
export function extendReplay(replay: Replay, times: readonly bigint[]): Replay {
  const later = times.filter((time) => time > replay.last);
  const next = [replay.next, ...later]
    .filter((time) => time !== undefined)
    .reduce<bigint | undefined>(earlier, undefined);
  return { ...replay, joins: replay.joins || times.includes(replay.last), next };
}

function earlier(one: bigint | undefined, other: bigint): bigint {
  return one === undefined || other < one ? other : one;
}
