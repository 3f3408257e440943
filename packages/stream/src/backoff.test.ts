import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs, defaultBackoff } from './backoff.ts';

const attempts = fc.integer({ min: 0, max: 2_000 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoffMs', () => {
  it.each([
    [0, 0, 50],
    [0, 0.5, 75],
    [1, 0, 100],
    [3, 0, 400],
    [20, 0, 15_000],
  ])('attempt %i with chance %d waits %d ms', (attempt, random, expected) => {
    expect(backoffMs(defaultBackoff, attempt, random)).toBe(expected);
  });

  it('stays between half of the first wait and the limit', () => {
    fc.assert(
      fc.property(attempts, chance, (attempt, random) => {
        const ms = backoffMs(defaultBackoff, attempt, random);
        expect(ms).toBeGreaterThanOrEqual(defaultBackoff.firstMs / 2);
        expect(ms).toBeLessThanOrEqual(defaultBackoff.limitMs);
      }),
    );
  });

  it('never shortens with the attempts, the chance being equal', () => {
    fc.assert(
      fc.property(attempts, chance, (attempt, random) => {
        const ms = backoffMs(defaultBackoff, attempt, random);
        expect(backoffMs(defaultBackoff, attempt + 1, random)).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});
