import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  acknowledgeDeadLetters,
  applyOutcomes,
  type BatchState,
  committable,
  isSettled,
  openBatch,
  recordsToDeadLetter,
  recordsToHandIn,
  settledCount,
} from './loop.ts';
import { type Outcome, type StreamRecord } from './types.ts';

const record = (offset: number): StreamRecord => ({
  topic: 'audit.ingested',
  partition: 0,
  offset,
  timestamp: 0,
  key: null,
  value: null,
  headers: {},
});
const done: Outcome = { type: 'done' };
const retry: Outcome = { type: 'retry', cause: new Error('not now') };
const rejected: Outcome = { type: 'rejected', rejection: { code: 'bad', message: 'It is bad.' } };
const offsets = (records: readonly StreamRecord[]): number[] => records.map(({ offset }) => offset);

describe('a batch', () => {
  const batch = openBatch([record(3), record(4), record(6)], 10);

  it('hands in everything at first and commits nothing', () => {
    expect(offsets(recordsToHandIn(batch))).toEqual([3, 4, 6]);
    expect(committable(batch)).toBe(3);
  });

  it('hands in again only what asked to be retried', () => {
    const next = applyOutcomes(batch, [done, retry, done]);
    expect(offsets(recordsToHandIn(next))).toEqual([4]);
    expect(committable(next)).toBe(4);
    expect(settledCount(next)).toBe(2);
  });

  it('does not settle a rejected record before its dead letter is acknowledged', () => {
    const judged = applyOutcomes(batch, [done, rejected, done]);
    expect(recordsToHandIn(judged)).toEqual([]);
    expect(committable(judged)).toBe(4);
    expect(recordsToDeadLetter(judged)).toEqual([
      { record: record(4), rejection: { code: 'bad', message: 'It is bad.' } },
    ]);
    const acknowledged = acknowledgeDeadLetters(judged);
    expect(isSettled(acknowledged)).toBe(true);
    expect(committable(acknowledged)).toBe(10);
    expect(recordsToDeadLetter(acknowledged)).toEqual([]);
  });

  it('without records is settled and commits what lies behind it', () => {
    const empty = openBatch([], 10);
    expect(isSettled(empty)).toBe(true);
    expect(committable(empty)).toBe(10);
  });

  it.each([[[done]], [[done, done, done, done]], [[]]])(
    'refuses %j as the outcomes of three records',
    (outcomes) => {
      expect(() => applyOutcomes(batch, outcomes)).toThrow(
        expect.objectContaining({ code: 'outcomes-mismatch', retryable: true }),
      );
    },
  );
});

/** One round as chance has it: the step may throw, each record fares as drawn, the sink may fail. */
interface Round {
  readonly throws: boolean;
  readonly fates: readonly Outcome['type'][];
  readonly sinkFails: boolean;
}

const rounds = fc.array(
  fc.record({
    throws: fc.boolean(),
    fates: fc.array(fc.constantFrom<Outcome['type']>('done', 'rejected', 'retry'), {
      minLength: 12,
      maxLength: 12,
    }),
    sinkFails: fc.boolean(),
  }),
  { maxLength: 12 },
);
const gaps = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 });
const kindly: Round = { throws: false, fates: Array<'done'>(12).fill('done'), sinkFails: false };

interface Played {
  readonly before: BatchState;
  readonly handedIn: readonly number[];
  readonly after: BatchState;
}

function outcomeOf(type: Outcome['type']): Outcome {
  return type === 'done' ? done : type === 'retry' ? retry : rejected;
}

function play(before: BatchState, round: Round): Played {
  const records = recordsToHandIn(before);
  const outcomes = records.map((_, index) => outcomeOf(round.fates[index] ?? 'retry'));
  const judged = round.throws ? before : applyOutcomes(before, outcomes);
  const after = round.sinkFails ? judged : acknowledgeDeadLetters(judged);
  return { before, handedIn: offsets(records), after };
}

function playAll(widths: readonly number[], script: readonly Round[]): readonly Played[] {
  let offset = 100;
  const records = widths.map((width) => record((offset += width)));
  let state = openBatch(records, offset + 1);
  return script.map((round) => {
    const played = play(state, round);
    state = played.after;
    return played;
  });
}

describe('any course of events', () => {
  const settledOffsets = ({ records, states }: BatchState): number[] =>
    offsets(records.filter((_, index) => states[index]?.type === 'settled'));

  it('never commits past an unsettled record', () => {
    fc.assert(
      fc.property(gaps, rounds, (widths, script) => {
        for (const { after } of playAll(widths, script)) {
          const settled = new Set(settledOffsets(after));
          const passed = offsets(after.records).filter((offset) => offset < committable(after));
          expect(passed.every((offset) => settled.has(offset))).toBe(true);
        }
      }),
    );
  });

  it('never takes a commit back and never unsettles a record', () => {
    fc.assert(
      fc.property(gaps, rounds, (widths, script) => {
        for (const { before, after } of playAll(widths, script)) {
          expect(committable(after)).toBeGreaterThanOrEqual(committable(before));
          expect(settledOffsets(after)).toEqual(expect.arrayContaining(settledOffsets(before)));
        }
      }),
    );
  });

  it('hands in a record in every round until it is settled or rejected, and never after', () => {
    fc.assert(
      fc.property(gaps, rounds, (widths, script) => {
        for (const { before, handedIn } of playAll(widths, script)) {
          const finished = new Set([
            ...settledOffsets(before),
            ...offsets(recordsToDeadLetter(before).map((dead) => dead.record)),
          ]);
          const open = offsets(before.records).filter((offset) => !finished.has(offset));
          expect(handedIn).toEqual(open);
        }
      }),
    );
  });

  it('ends settled, and committed to its end, once rounds go well', () => {
    fc.assert(
      fc.property(gaps, rounds, (widths, script) => {
        const last = playAll(widths, [...script, kindly]).at(-1)?.after;
        expect(last).toBeDefined();
        if (last === undefined) return;
        expect(isSettled(last)).toBe(true);
        expect(committable(last)).toBe(last.nextOffset);
      }),
    );
  });
});
