import { describe, expect, it } from '@jest/globals';
import { durationText, parseSilentAfter } from './silent-after.ts';

describe('how long a source may be silent', () => {
  it.each([
    ['never', 'never'],
    ['10s', 10_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s', (text, expected) => {
    expect(parseSilentAfter(text)).toBe(expected);
    if (typeof expected === 'number') expect(durationText(expected)).toBe(text);
  });

  it.each(['', '15', '0m', '9s', '1.5h', '-1m', '15 m', '367d', '999999999d', 'always', '15M'])(
    'is not said by %p',
    (text) => {
      expect(parseSilentAfter(text)).toBeUndefined();
    },
  );
});
