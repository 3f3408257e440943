import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseMicros } from './timestamp.ts';

describe('parseMicros', () => {
  it.each([
    ['2026-11-22T01:56:49.089367Z', 1_795_312_609_089_367],
    ['2026-11-22T01:56:49Z', 1_795_312_609_000_000],
    ['2026-11-22T01:56:49.1Z', 1_795_312_609_100_000],
    ['2026-11-22T01:56:49.0893679Z', 1_795_312_609_089_367],
    ['2026-11-22T03:56:49.089367+02:00', 1_795_312_609_089_367],
    ['1969-12-31T23:59:59.999999Z', undefined],
    ['2254-12-31T23:59:59.999999Z', 8_993_721_599_999_999],
    ['2026-13-22T01:56:49Z', undefined],
    ['2026-11-22', undefined],
    ['9999-12-31T23:59:59Z', undefined],
    ['0001-01-01T00:00:00Z', undefined],
    ['yesterday', undefined],
    [undefined, undefined],
  ])('%s', (text, expected) => {
    expect(parseMicros(text)).toBe(expected);
  });

  it('reads every millisecond that Date writes', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date(0),
          max: new Date('2254-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (date) => parseMicros(date.toISOString()) === date.getTime() * 1_000,
      ),
    );
  });
});
