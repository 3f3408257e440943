/** Events that are not on record. */

/** `unwritten`: the journal took none; `dropped`: they were in a segment that went before it was read. */
export type GapReason = 'unwritten' | 'dropped';

export interface Gap {
  readonly reason: GapReason;
  readonly count: number;
  /** Times of the first and the last of them, nanoseconds since 1970. */
  readonly from: bigint;
  readonly to: bigint;
}

export function gapOf(reason: GapReason, nanos: bigint): Gap {
  return { reason, count: 1, from: nanos, to: nanos };
}

/** Two gaps as one of the first one's reason. */
export function mergedGap(first: Gap | undefined, second: Gap): Gap {
  if (first === undefined) return second;
  return {
    reason: first.reason,
    count: first.count + second.count,
    from: first.from < second.from ? first.from : second.from,
    to: first.to > second.to ? first.to : second.to,
  };
}

/** The line that tells of a gap; times are text, since a JSON number could not hold them. */
export function gapLine({ reason, count, from, to }: Gap): Buffer {
  const facts = `"reason":"${reason}","count":${count},"from":"${from}","to":"${to}"`;
  return Buffer.from(`{"authz":"gap",${facts}}\n`);
}

/** A gap as a log shows it. */
export function gapFields({ reason, count, from, to }: Gap): Readonly<Record<string, unknown>> {
  return { reason, count, from: String(from), to: String(to) };
}
