import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { committableOffset } from './offset-tracker.ts';

const at = (...offsets: number[]): { offset: number }[] => offsets.map((offset) => ({ offset }));

describe('committableOffset', () => {
  it.each([
    ['nothing settled', at(5, 6, 7), [], 8, 5],
    ['a settled prefix', at(5, 6, 7), [0, 1], 8, 7],
    ['a hole at the beginning', at(5, 6, 7), [1, 2], 8, 5],
    ['everything', at(5, 6, 7), [0, 1, 2], 8, 8],
    ['everything, with a gap behind', at(5, 9), [0, 1], 20, 20],
    ['a gap before the first unsettled', at(5, 9), [0], 20, 9],
    ['no record at all', at(), [], 12, 12],
  ])('%s', (_, records, settled, next, expected) => {
    expect(committableOffset(records, (index) => settled.includes(index), next)).toBe(expected);
  });

  it('never passes an unsettled record, and passes every settled one before the first such', () => {
    const record = fc.record({ gap: fc.integer({ min: 1, max: 50 }), settled: fc.boolean() });
    fc.assert(
      fc.property(fc.array(record), fc.nat({ max: 1_000 }), (drawn, trailing) => {
        let offset = 0;
        const records = drawn.map(({ gap, settled }) => ({ offset: (offset += gap), settled }));
        const next = offset + 1 + trailing;
        const commit = committableOffset(
          records,
          (index) => records[index]?.settled === true,
          next,
        );
        expect(records.filter((r) => r.offset < commit).every((r) => r.settled)).toBe(true);
        const blocked = records.find((r) => !r.settled);
        expect(commit).toBe(blocked?.offset ?? next);
      }),
    );
  });
});
