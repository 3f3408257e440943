import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createByteBudget } from './byte-budget.ts';

describe('a byte budget', () => {
  it('turns away what does not fit, and takes it once there is room', () => {
    const budget = createByteBudget(10);
    const giveBack = budget.reserve(6);
    expect(budget.reserve(5)).toBeNull();
    expect(budget.reserve(4)).not.toBeNull();
    giveBack?.();
    giveBack?.();
    expect(budget.taken()).toBe(4);
    expect(budget.reserve(6)).not.toBeNull();
  });

  it('never gives more than there is, and gets all of it back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(8), fc.boolean())), (steps) => {
        const budget = createByteBudget(20);
        const held: (() => void)[] = [];
        for (const [bytes, gives] of steps) {
          if (gives) held.shift()?.();
          const giveBack = budget.reserve(bytes);
          if (giveBack !== null) held.push(giveBack);
          expect(budget.taken()).toBeLessThanOrEqual(20);
        }
        for (const giveBack of held) giveBack();
        expect(budget.taken()).toBe(0);
      }),
    );
  });
});
