import { describe, expect, it } from '@jest/globals';
import { createRecentIds } from './recent-ids.ts';

/** As long as event.id is, and with as many digits of a hash at its end. */
function idOf(number: number): string {
  // Odd multipliers spread the numbers, and no two become one.
  const [one, other] = [Math.imul(number, 0x9e3779b1), Math.imul(number, 0x85ebca6b)];
  return `${'0'.repeat(26)}${digitsOf(one)}${digitsOf(other)}0`;
}

/** The upper 30 bits, as six digits in base 32. */
function digitsOf(bits: number): string {
  return (bits >>> 2).toString(32).padStart(6, '0');
}

const numbers = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => from + at);

describe('recent ids', () => {
  it('know what came before, and nothing else', () => {
    const recent = createRecentIds();
    const ids = numbers(1, 50_000).map(idOf);
    expect(ids.filter((id) => recent.add(id))).toEqual([]);
    expect(ids.filter((id) => !recent.add(id))).toEqual([]);
  });

  it('forget what is long past', () => {
    const recent = createRecentIds();
    const ids = numbers(1, 600_000).map(idOf);
    for (const id of ids) recent.add(id);
    expect(recent.add(ids[0] ?? '')).toBe(false);
    expect(recent.add(ids.at(-1) ?? '')).toBe(true);
  });
});
