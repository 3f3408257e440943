import { describe, expect, it } from '@jest/globals';
import {
  encodePredecessor,
  encodeSequence,
  encodeVoid,
  type Predecessor,
  type VoidRange,
} from '@auditstream/events/sequence';
import fc from 'fast-check';
import { type Continuity, follow, type Hole } from './continuity.ts';
import { continuityText, readContinuity } from './continuity-text.ts';

interface Came {
  readonly sequence: number;
  readonly epoch?: number;
  readonly ingester?: string;
  readonly prev?: Predecessor;
  readonly voids?: readonly VoidRange[];
  readonly partition?: number;
}

const ingester = 'aaaaaaaaaaaaaaaa';
const waitMs = 100;

/** A record every millisecond, and one without a number long after. */
function holesAfter(records: readonly Came[]): readonly Hole[] {
  const holes: Hole[] = [];
  let continuity: Continuity = [];
  const take = (headers: Readonly<Record<string, Buffer>>, appendedAt: number): void => {
    const step = follow(continuity, { partition: 3, headers, appendedAt }, waitMs);
    // Every record is read by another process.
    const text = continuityText(step.continuity);
    expect(text.length).toBeLessThan(4_096);
    continuity = readContinuity(text);
    holes.push(...step.holes);
  };
  records.forEach(({ sequence, epoch = 1, prev, voids, partition = 3, ...rest }, at) => {
    const number = { ingester, ...rest, epoch, partition, sequence };
    take(
      {
        seq: encodeSequence(number),
        ...(prev && { prev: encodePredecessor(prev) }),
        ...(voids && { void: encodeVoid(voids) }),
      },
      at,
    );
  });
  take({}, 1_000_000);
  return holes;
}

const came = (...sequences: number[]): Came[] => sequences.map((sequence) => ({ sequence }));
const ranges = (holes: readonly Hole[]) =>
  holes.map(({ epoch, first, last }) => [epoch, first, last]);

describe('follow', () => {
  it.each<[string, readonly Came[], readonly (readonly number[])[]]>([
    ['all that there are', came(1, 2, 3), []],
    ['a beginning that is not the first', came(41, 42), []],
    ['one that is missing', came(1, 2, 4), [[1, 3, 3]]],
    [
      'several',
      came(1, 4, 9),
      [
        [1, 2, 3],
        [1, 5, 8],
      ],
    ],
    ['repeats', came(1, 2, 1, 2, 3, 2), []],
    ['one that comes late', came(1, 2, 5, 4, 6), [[1, 3, 3]]],
    [
      'void numbers',
      [...came(1, 5), { sequence: 6, voids: [{ epoch: 1, first: 2, last: 4 }] }],
      [],
    ],
    [
      'a void number of others',
      [...came(1, 5), { sequence: 6, voids: [{ epoch: 1, first: 3, last: 3 }] }],
      [
        [1, 2, 2],
        [1, 4, 4],
      ],
    ],
    [
      'an epoch that follows',
      [...came(1, 2), { sequence: 1, epoch: 2, prev: { epoch: 1, last: 2 } }],
      [],
    ],
    [
      'an epoch whose predecessor had more',
      [...came(1, 2), { sequence: 1, epoch: 2, prev: { epoch: 1, last: 4 } }],
      [[1, 3, 4]],
    ],
    [
      'an epoch whose predecessor is not there at all',
      [...came(1), { sequence: 1, epoch: 3, prev: { epoch: 2, last: 2 } }],
      [[2, 1, 2]],
    ],
    ['an epoch without its first', [...came(1), { sequence: 3, epoch: 2 }], [[2, 1, 2]]],
    [
      'what is left of an earlier epoch',
      [...came(1, 2), { sequence: 1, epoch: 2, prev: { epoch: 1, last: 3 } }, { sequence: 3 }],
      [],
    ],
    [
      'a void number of an earlier epoch',
      [...came(1, 3), { sequence: 1, epoch: 2, voids: [{ epoch: 1, first: 2, last: 2 }] }],
      [],
    ],
    [
      'two ingesters',
      [
        { sequence: 1, ingester: 'bbbbbbbbbbbbbbbb' },
        ...came(7, 8),
        { sequence: 2, ingester: 'bbbbbbbbbbbbbbbb' },
      ],
      [],
    ],
    ['a number of another partition', [...came(1), { sequence: 9, partition: 4 }], []],
  ])('of %s', (_what, records, expected) => {
    expect(ranges(holesAfter(records))).toEqual(expected);
  });

  it('raises each hole once, after the wait, and not before', () => {
    const at = (continuity: Continuity, sequence: number, appendedAt: number) =>
      follow(
        continuity,
        {
          ...{ partition: 3, appendedAt },
          headers: { seq: encodeSequence({ ingester, epoch: 1, partition: 3, sequence }) },
        },
        waitMs,
      );
    const shown = at(at([], 1, 0).continuity, 3, 10);
    expect(shown.holes).toEqual([]);
    const waiting = at(shown.continuity, 4, 109);
    expect(waiting.holes).toEqual([]);
    const raised = at(waiting.continuity, 5, 110);
    expect(raised.holes).toEqual([{ ingester, epoch: 1, first: 2, last: 2, since: 10 }]);
    expect(at(raised.continuity, 6, 500).holes).toEqual([]);
  });

  it('raises at once what it cannot remember', () => {
    const odd = Array.from({ length: 200 }, (_, at) => ({ sequence: at * 2 + 1 }));
    expect(holesAfter(odd)).toHaveLength(199);
    const many = Array.from({ length: 40 }, (_, at) => ({
      ingester: at.toString(16).padStart(16, '0'),
    })).flatMap((who) => [
      { ...who, sequence: 1 },
      { ...who, sequence: 3 },
    ]);
    expect(holesAfter(many)).toHaveLength(40);
  });

  it('finds exactly what is not there, in any order and with any repeats', () => {
    const orders = fc
      .uniqueArray(fc.integer({ min: 2, max: 30 }), { minLength: 1, maxLength: 20 })
      .chain((there) =>
        fc.tuple(fc.constant(there), fc.shuffledSubarray(there, { minLength: there.length })),
      );
    fc.assert(
      fc.property(orders, fc.array(fc.integer({ min: 1, max: 30 })), ([there, order], again) => {
        const repeats = again.filter((sequence) => there.includes(sequence));
        const holes = holesAfter(came(1, ...order, ...repeats));
        const missing = holes.flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, at) => first + at),
        );
        const end = Math.max(...there);
        const expected = Array.from({ length: end }, (_, at) => at + 1).filter(
          (sequence) => sequence > 1 && !there.includes(sequence),
        );
        expect(missing.sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });
});

describe('readContinuity', () => {
  it('takes what it can', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(Array.isArray(readContinuity(text))).toBe(true);
      }),
    );
  });
});
