import { describe, expect, it } from '@jest/globals';
import { isLevel, levels, severityOf } from './level.ts';

describe('levels', () => {
  it('have severities that grow with them', () => {
    expect(levels.map(severityOf)).toEqual([5, 21, 47, 73, 99]);
  });

  it.each([
    ['high', true],
    ['High', false],
    ['severe', false],
    ['__proto__', false],
  ])('know %s: %s', (text, expected) => {
    expect(isLevel(text)).toBe(expected);
  });
});
