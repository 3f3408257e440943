import { describe, expect, it } from '@jest/globals';
import { microsText, millisText } from './times.ts';

describe('times', () => {
  it.each([
    [1_795_312_609_089_367, '2026-11-22T01:56:49.089Z', '2026-11-22T01:56:49.089367Z'],
    [1_795_312_609_000_001, '2026-11-22T01:56:49.000Z', '2026-11-22T01:56:49.000001Z'],
    [-1, '1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999999Z'],
    [8_999_999_999_999_999, '2255-03-14T15:59:59.999Z', '2255-03-14T15:59:59.999999Z'],
  ])('%d', (micros, millis, exact) => {
    expect(millisText(micros)).toBe(millis);
    expect(microsText(micros)).toBe(exact);
  });
});
