/**
 * Follows the numbers of the records of one partition of audit.ingested, and finds those that are missing.
 * docs/continuity.md is the contract. All of it is a function of the records in their order.
 */
import {
  decodePredecessor,
  decodeSequence,
  decodeVoid,
  type Headers,
  type Predecessor,
  type SequenceNumber,
} from '@auditstream/events/sequence';

/** Numbers of an epoch that have not come. */
export interface Missing {
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  /** Append time of the record that showed it, epoch milliseconds. */
  readonly since: number;
}

/** How far one ingester has come. */
export interface Followed {
  readonly ingester: string;
  /** Of the record that was the furthest. */
  readonly epoch: number;
  readonly sequence: number;
  readonly missing: readonly Missing[];
}

/** All ingesters of a partition; the one whose record came last is last. */
export type Continuity = readonly Followed[];

/** Missing numbers that nobody waits for any longer. */
export interface Hole extends Missing {
  readonly ingester: string;
}

export interface NumberedRecord {
  readonly partition: number;
  readonly headers: Headers;
  /** Epoch milliseconds. */
  readonly appendedAt: number;
}

export interface Step {
  readonly continuity: Continuity;
  readonly holes: readonly Hole[];
}

/** What is remembered of a partition, so that it fits into what Kafka keeps beside an offset. */
const limits = { ingesters: 16, missing: 32 } as const;

/**
 * The state after a record, and what is a hole by now.
 * @param waitMs how long after it has shown, by append time, a missing record is waited for
 */
export function follow(before: Continuity, record: NumberedRecord, waitMs: number): Step {
  const number = decodeSequence(record.headers);
  const isOurs = number?.partition === record.partition;
  const after = isOurs ? advance(before, number, record) : before;
  return raise(after, record.appendedAt - waitMs);
}

function advance(before: Continuity, number: SequenceNumber, record: NumberedRecord): Continuity {
  const known = before.find(({ ingester }) => ingester === number.ingester);
  const others = before.filter((other) => other !== known);
  const moved = known === undefined ? firstSeen(number) : moveTo(known, number, record);
  const missing = decodeVoid(record.headers).reduce(without, moved.missing);
  return [...others, { ...moved, missing }];
}

/** What came before it is unknown, and not missing. */
function firstSeen({ ingester, epoch, sequence }: SequenceNumber): Followed {
  return { ingester, epoch, sequence, missing: [] };
}

function moveTo(known: Followed, number: SequenceNumber, record: NumberedRecord): Followed {
  const { epoch, sequence } = number;
  if (epoch < known.epoch || (epoch === known.epoch && sequence <= known.sequence)) {
    const missing = without(known.missing, { epoch, first: sequence, last: sequence });
    return { ...known, missing };
  }
  const isSameEpoch = epoch === known.epoch;
  const skipped = { epoch, first: isSameEpoch ? known.sequence + 1 : 1, last: sequence - 1 };
  const ended = isSameEpoch ? [] : tailOf(known, decodePredecessor(record.headers));
  const shown = [...ended, skipped]
    .filter(({ first, last }) => first <= last)
    .map((range) => ({ ...range, since: record.appendedAt }));
  return { ...known, epoch, sequence, missing: [...known.missing, ...shown] };
}

type Range = Omit<Missing, 'since'>;

/** What a new epoch says there had been before it, and has not come. */
function tailOf(known: Followed, predecessor: Predecessor | undefined): readonly Range[] {
  if (predecessor === undefined || predecessor.epoch < known.epoch) return [];
  const { epoch, last } = predecessor;
  return [{ epoch, first: epoch === known.epoch ? known.sequence + 1 : 1, last }];
}

function without(missing: readonly Missing[], range: Range): readonly Missing[] {
  return missing.flatMap((gap) => {
    if (gap.epoch !== range.epoch || range.last < gap.first || range.first > gap.last) return [gap];
    const rests = [
      { ...gap, last: range.first - 1 },
      { ...gap, first: range.last + 1 },
    ];
    return rests.filter(({ first, last }) => first <= last);
  });
}

/** @param due append time: what had shown by then is a hole */
function raise(continuity: Continuity, due: number): Step {
  const kept = continuity.slice(-limits.ingesters);
  const forgotten = continuity.slice(0, continuity.length - kept.length);
  const all = kept.flatMap(({ missing }) => missing);
  const excess = new Set(bySince(all).slice(0, Math.max(0, all.length - limits.missing)));
  const isHole = (gap: Missing): boolean => gap.since <= due || excess.has(gap);
  const holes = [...forgotten.flatMap(holesOf(() => true)), ...kept.flatMap(holesOf(isHole))];
  if (holes.length === 0) return { continuity: kept, holes };
  const rest = kept.map((followed) => ({
    ...followed,
    missing: followed.missing.filter((gap) => !isHole(gap)),
  }));
  return { continuity: rest, holes };
}

function bySince(missing: readonly Missing[]): readonly Missing[] {
  return [...missing].sort((a, b) => a.since - b.since);
}

function holesOf(isHole: (gap: Missing) => boolean): (followed: Followed) => readonly Hole[] {
  return ({ ingester, missing }) => missing.filter(isHole).map((gap) => ({ ...gap, ingester }));
}
