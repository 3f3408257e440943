import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { microsOfNanos, microsOfTimestamp } from './event-time.ts';

describe('timestamps', () => {
  it.each([
    ['2026-11-22T01:55:02.491335Z', 1_795_312_502_491_335],
    ['2026-11-22T01:55:02Z', 1_795_312_502_000_000],
    ['2026-11-22t01:55:02.5z', 1_795_312_502_500_000],
    ['2026-11-22T01:55:02.000001Z', 1_795_312_502_000_001],
    ['2026-11-22T01:55:02.491335999Z', 1_795_312_502_491_335],
    ['2026-11-22T03:25:02.491335+01:30', 1_795_312_502_491_335],
    ['2026-11-21T23:55:02.491335-02:00', 1_795_312_502_491_335],
    ['1970-01-01T00:00:00Z', 0],
    ['1969-12-31T23:00:00-01:00', 0],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000],
    ['2254-12-31T23:59:59.999999Z', 8_993_721_599_999_999],
  ])('reads %s', (text, micros) => {
    expect(microsOfTimestamp(text)).toBe(micros);
  });

  it.each([
    ['', 'nothing'],
    ['null', 'no time'],
    ['2026-11-22 01:55:02Z', 'a space'],
    ['2026-11-22T01:55:02', 'no zone'],
    ['2026-11-22T01:55Z', 'no seconds'],
    ['2026-11-22T01:55:02.Z', 'no digits behind the point'],
    ['2026-11-22T01:55:02.1234567890Z', 'ten digits'],
    ['2026-11-22T01:55:02+0100', 'no colon in the offset'],
    ['2026-11-22T01:55:02+24:00', 'an offset that is none'],
    ['2026-11-22T24:00:00Z', 'hour 24'],
    ['2026-11-22T23:59:60Z', 'a leap second'],
    ['2026-02-29T00:00:00Z', 'a day that does not exist'],
    ['2026-13-01T00:00:00Z', 'month 13'],
    ['2026-00-10T00:00:00Z', 'month 0'],
    ['0071-01-01T00:00:00Z', 'a year that Date.UTC would move'],
    ['0001-01-01T00:00:00Z', "Go's zero time"],
    ['1969-12-31T23:59:59.999999Z', 'before 1970'],
    ['2255-01-01T00:00:00Z', 'after 2254'],
    [' 2026-11-22T01:55:02Z', 'a space before it'],
    ['2026-11-22T01:55:02Z\n', 'a line feed behind it'],
  ])('refuses "%s": %s', (text) => {
    expect(microsOfTimestamp(text)).toBeNull();
  });

  it('gives back the microseconds that were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_993_721_599_999_999 }), (micros) => {
        const seconds = new Date(Math.floor(micros / 1_000_000) * 1000).toISOString().slice(0, 19);
        const fraction = String(micros % 1_000_000).padStart(6, '0');
        expect(microsOfTimestamp(`${seconds}.${fraction}Z`)).toBe(micros);
      }),
    );
  });
});

describe('nanoseconds', () => {
  it.each([
    ['1795312462763214451', 1_795_312_462_763_214],
    ['0', 0],
    ['999', 0],
    ['1000', 1],
    ['8993721599999999999', 8_993_721_599_999_999],
  ])('reads %s', (digits, micros) => {
    expect(microsOfNanos(digits)).toBe(micros);
  });

  it.each(['', '-1', '1.5', '1e18', '"1"', 'null', '8993721600000000000', '99999999999999999999'])(
    'refuses %s',
    (digits) => {
      expect(microsOfNanos(digits)).toBeNull();
    },
  );
});
