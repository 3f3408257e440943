import { describe, expect, it } from '@jest/globals';
import { literalPattern, matchesAnything, parsePattern, widenPattern } from './pattern.ts';

const text = (value: string): { text: string } => ({ text: value });

describe('parsePattern', () => {
  it.each([
    ['plain', [text('plain')]],
    ['', []],
    ['a*b?c', [text('a'), '*', text('b'), '?', text('c')]],
    ['**a**', ['*', text('a'), '*']],
    ['??', ['?', '?']],
    [String.raw`C:\Windows\cmd.exe`, [text(String.raw`C:\Windows\cmd.exe`)]],
    [String.raw`\\server`, [text(String.raw`\server`)]],
    [String.raw`a\*b\?c`, [text('a*b?c')]],
    [String.raw`a\\*`, [text('a\\'), '*']],
    [String.raw`a\\\*b`, [text(String.raw`a\*b`)]],
    [String.raw`\\\\srv`, [text(String.raw`\\srv`)]],
    [String.raw`\\\srv`, [text(String.raw`\\srv`)]],
    ['ends\\', [text('ends\\')]],
  ])('reads %j', (value, expected) => {
    expect(parsePattern(value)).toEqual(expected);
  });
});

describe('widenPattern', () => {
  it.each([
    ['contains', ['*', text('a'), '*']],
    ['startswith', [text('a'), '*']],
    ['endswith', ['*', text('a')]],
  ] as const)('lets %s match so', (where, expected) => {
    expect(widenPattern(parsePattern('a'), where)).toEqual(expected);
  });

  it('adds no second star', () => {
    expect(widenPattern(parsePattern('*a*'), 'contains')).toEqual(['*', text('a'), '*']);
  });
});

describe('matchesAnything', () => {
  it.each([
    [parsePattern('*'), true],
    [parsePattern('***'), true],
    [parsePattern('?*'), false],
    [parsePattern(''), false],
    [literalPattern('*'), false],
  ])('of %j is %s', (pattern, expected) => {
    expect(matchesAnything(pattern)).toBe(expected);
  });
});
