/** Numbers what ingest sends to audit.ingested. docs/continuity.md is the contract. */
import {
  decodeSequence,
  encodePredecessor,
  encodeSequence,
  encodeVoid,
  type Headers,
  type Predecessor,
  predecessorHeader,
  saltHeader,
  sequenceHeader,
  type VoidRange,
  voidHeader,
} from '@auditstream/events/sequence';
import { type TopicName } from '@auditstream/events/topics';
import { type OutgoingRecord } from '@auditstream/stream/types';

/** Records that were numbered together; exactly one of the two is to be called. */
export interface Numbered {
  /** In the order in which they were given; those of other topics are left as they are. */
  readonly records: readonly OutgoingRecord[];
  /** @param except those of `records` that are not durable: too large for their topic */
  durable(except: readonly OutgoingRecord[]): void;
  /** @param certainty whether none of them can be in Kafka or in the spool */
  refused(certainty: 'unsent' | 'unknown'): void;
}

export interface Numbering {
  /** Call it at the moment that decides the order, and send before anything else is numbered. */
  number(records: readonly OutgoingRecord[]): Numbered;
  /** Records, perhaps of an earlier epoch, that will never be in the topic. */
  gaveUp(records: readonly OutgoingRecord[]): void;
  /** What a later start has to know. */
  state(): NumberingState;
}

export interface NumberingState {
  readonly partitions: readonly PartitionState[];
}

export interface PartitionState {
  readonly partition: number;
  /** The last number that is known to be durable, and its epoch. */
  readonly durable: Predecessor;
  /** Numbers that no durable record has declared void yet. */
  readonly voids: readonly VoidRange[];
}

export interface NumberingOptions {
  /** 16 hex digits. */
  readonly ingester: string;
  /** Greater than that of every earlier start. */
  readonly epoch: number;
  readonly partitionOf: (key: Buffer) => number;
  /** 16 random bytes at each call. */
  readonly newSalt: () => Buffer;
  readonly before: NumberingState;
}

/** What is kept of a partition. */
interface Line {
  /** The last number that was given. */
  last: number;
  /** The last durable number of an earlier epoch. */
  readonly predecessor: Predecessor;
  isPredecessorTold: boolean;
  /** The last durable number of this epoch; 0 for none. */
  durable: number;
  voids: readonly VoidRange[];
}

const ingestedTopic: TopicName = 'audit.ingested';
/** In one record; what is left over goes with a later one. */
const maxVoids = 64;
const nothingBefore: Predecessor = { epoch: 0, last: 0 };

export function createNumbering(options: NumberingOptions): Numbering {
  const { epoch, before } = options;
  const lines = new Map<number, Line>();
  for (const { partition, durable, voids } of before.partitions) {
    lines.set(partition, { ...newLine(durable), voids });
  }
  const lineOf = (partition: number): Line => {
    const line = lines.get(partition) ?? newLine(nothingBefore);
    lines.set(partition, line);
    return line;
  };
  return {
    number: (records) => numberAll(records, lineOf, options),
    gaveUp(records) {
      for (const { headers } of records) {
        const number = headers && decodeSequence(headers);
        if (number?.ingester !== options.ingester) continue;
        const { sequence } = number;
        const range = { epoch: number.epoch, first: sequence, last: sequence };
        addVoids(lineOf(number.partition), [range]);
      }
    },
    state: () => ({
      partitions: [...lines].map(([partition, { durable, predecessor, voids }]) => ({
        partition,
        durable: durable === 0 ? predecessor : { epoch, last: durable },
        voids,
      })),
    }),
  };
}

function newLine(predecessor: Predecessor): Line {
  return { last: 0, predecessor, isPredecessorTold: false, durable: 0, voids: [] };
}

/** What was given out of one line at once. */
interface Share {
  readonly partition: number;
  readonly line: Line;
  /** The last number before it. */
  readonly before: number;
  /** What its first record declares void. */
  readonly told: readonly VoidRange[];
}

function numberAll(
  records: readonly OutgoingRecord[],
  lineOf: (partition: number) => Line,
  options: NumberingOptions,
): Numbered {
  const shares = new Map<number, Share>();
  const shareOf = (partition: number): Share => {
    const share = shares.get(partition) ?? openShare(partition, lineOf(partition));
    shares.set(partition, share);
    return share;
  };
  const numbered = records.map((record) => {
    if (record.topic !== ingestedTopic) return record;
    const partition = record.partition ?? partitionOf(record, options);
    const headers = { ...record.headers, ...headersOf(shareOf(partition), options) };
    return { ...record, partition, headers };
  });
  const ends = [...shares.values()].map((share) => ({ ...share, last: share.line.last }));
  return { records: numbered, ...settlement(ends, options.epoch) };
}

function openShare(partition: number, line: Line): Share {
  const told = line.voids.slice(0, maxVoids);
  line.voids = line.voids.slice(maxVoids);
  return { partition, line, before: line.last, told };
}

/** A record without a key is one of ours for a partition; without either, any partition does. */
function partitionOf({ key }: OutgoingRecord, options: NumberingOptions): number {
  return key === null ? 0 : options.partitionOf(key);
}

function headersOf({ partition, line, before, told }: Share, options: NumberingOptions): Headers {
  const { ingester, epoch, newSalt } = options;
  const isFirst = line.last === before;
  line.last += 1;
  const number = { ingester, epoch, partition, sequence: line.last };
  return {
    [sequenceHeader]: encodeSequence(number),
    [saltHeader]: newSalt(),
    ...(isFirst && !line.isPredecessorTold
      ? { [predecessorHeader]: encodePredecessor(line.predecessor) }
      : {}),
    ...(isFirst && told.length > 0 ? { [voidHeader]: encodeVoid(told) } : {}),
  };
}

type EndedShare = Share & { readonly last: number };

function settlement(shares: readonly EndedShare[], epoch: number): Omit<Numbered, 'records'> {
  return {
    durable(except) {
      const voids = groupVoids(except);
      for (const { partition, line, before, told, last } of shares) {
        const refused = voids.get(partition) ?? [];
        line.durable = Math.max(line.durable, last);
        // What the first record told is told only where that record is there.
        if (refused.some(({ first }) => first === before + 1)) addVoids(line, told);
        else line.isPredecessorTold = true;
        addVoids(line, refused);
      }
    },
    refused(certainty) {
      for (const { line, before, told, last } of shares) {
        const isLatest = line.last === last;
        if (certainty === 'unsent' && isLatest) line.last = before;
        else addVoids(line, [{ epoch, first: before + 1, last }]);
        addVoids(line, told);
      }
    },
  };
}

/** The numbers of records, by partition. */
function groupVoids(records: readonly OutgoingRecord[]): ReadonlyMap<number, VoidRange[]> {
  const voids = new Map<number, VoidRange[]>();
  for (const { headers } of records) {
    const number = headers && decodeSequence(headers);
    if (number === undefined) continue;
    const { partition, epoch, sequence } = number;
    const range = { epoch, first: sequence, last: sequence };
    voids.set(partition, [...(voids.get(partition) ?? []), range]);
  }
  return voids;
}

/** Ranges that touch become one. */
function addVoids(line: Line, ranges: readonly VoidRange[]): void {
  const sorted = [...line.voids, ...ranges].sort((a, b) => a.epoch - b.epoch || a.first - b.first);
  const joined: VoidRange[] = [];
  for (const range of sorted) {
    const previous = joined.at(-1);
    const touches =
      previous?.epoch === range.epoch && range.first <= previous.last + 1 ? previous : undefined;
    if (touches === undefined) joined.push(range);
    else joined[joined.length - 1] = { ...touches, last: Math.max(touches.last, range.last) };
  }
  line.voids = joined;
}
