import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePattern } from './pattern.ts';
import { compilePattern, textOf } from './text.ts';

describe('compilePattern', () => {
  it.each([
    ['kube-system', 'KUBE-System', true],
    ['kube-system', 'kube-systems', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['kube-*', 'kube-public', true],
    ['*.exe', 'a.exe.txt', false],
    ['*bin*', '/usr/bin/sh', true],
    ['a*b', 'ab', true],
    ['a*b', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*a', 'a', false],
    ['?', '', false],
    ['?', 'x', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*??', '😀', false],
    ['*?*', '😀', true],
    ['*aab', 'aaab', true],
    ['*a?b*', 'xaaxb-', true],
    ['ÄÖ*', 'äöü', true],
    ['*ΑΣ*', 'ασα', true],
    ['k', '\u212a', true],
  ])('%j on %j is %s', (pattern, value, expected) => {
    expect(compilePattern(parsePattern(pattern), false)(value)).toBe(expected);
  });

  it('keeps upper and lower case apart where it is told to', () => {
    expect(compilePattern(parsePattern('Evil*'), true)('evil.exe')).toBe(false);
    expect(compilePattern(parsePattern('Evil*'), true)('Evil.exe')).toBe(true);
  });

  it('agrees with a regular expression on random patterns and texts', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '?', '*', '😀');
    const words = (of: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.array(of, { maxLength: 8 }).map((parts) => parts.join(''));
    const value = words(fc.constantFrom('a', 'b', '😀'));
    fc.assert(
      fc.property(words(piece), value, (pattern, subject) => {
        const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
        const expected = new RegExp(`^(?:${source})$`, 'su').test(subject);
        expect(compilePattern(parsePattern(pattern), false)(subject)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('is not stalled by a pattern that makes backtracking matchers explode', () => {
    const pattern = compilePattern(parsePattern('*a'.repeat(40) + '*b?'), false);
    expect(pattern('a'.repeat(20_000))).toBe(false);
  });
});

describe('textOf', () => {
  it.each([
    ['a', 'a'],
    [401, '401'],
    [9007199254740993n, '9007199254740993'],
    [false, 'false'],
    [null, undefined],
    [undefined, undefined],
    [{}, undefined],
    [[], undefined],
  ])('of %p is %p', (value, expected) => {
    expect(textOf(value)).toBe(expected);
  });
});
