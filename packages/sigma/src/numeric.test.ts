import { describe, expect, it } from '@jest/globals';
import { compileComparison, numericOf } from './numeric.ts';

describe('numericOf', () => {
  it.each([
    [403, 403],
    ['403', 403],
    ['-1.5e2', -150],
    ['9007199254740993', 9007199254740993n],
    [9007199254740993n, 9007199254740993n],
    [7n, 7],
    ['0403', undefined],
    ['0x10', undefined],
    [' 1', undefined],
    ['', undefined],
    ['1e999', undefined],
    ['1'.repeat(401), undefined],
    [Number.NaN, undefined],
    [true, undefined],
    [null, undefined],
  ])('of %p is %p', (value, expected) => {
    expect(numericOf(value)).toBe(expected);
  });
});

describe('compileComparison', () => {
  it.each([
    [['eq', 1], 1, true],
    [['eq', 1], 1.5, false],
    [['eq', 9007199254740992], 9007199254740993n, false],
    [['lt', 400], 399, true],
    [['lt', 400], 400, false],
    [['lte', 400], 400, true],
    [['gt', 9007199254740992], 9007199254740993n, true],
    [['gte', 1.5], 2n, true],
    [['gte', 2], 1, false],
  ] as const)('%p holds for %p: %s', ([comparison, bound], value, expected) => {
    expect(compileComparison(comparison, bound)(value)).toBe(expected);
  });
});
