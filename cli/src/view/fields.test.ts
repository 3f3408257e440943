import { describe, expect, it } from '@jest/globals';
import { textAt, valueAt } from './fields.ts';

describe('valueAt', () => {
  it.each<[string, Record<string, unknown>, string, unknown]>([
    ['a nested field', { user: { name: 'alice' } }, 'user.name', 'alice'],
    ['a key with dots', { 'user.name': 'alice' }, 'user.name', 'alice'],
    ['dots in the middle', { a: { 'b.c': { d: 1 } } }, 'a.b.c.d', 1],
    ['a field that is not there', { user: {} }, 'user.name', undefined],
    ['an inherited name', {}, 'constructor', undefined],
  ])('%s', (_, document, path, value) => {
    expect(valueAt(document, path)).toEqual(value);
  });
});

describe('textAt', () => {
  it.each<[unknown, string]>([
    [undefined, '-'],
    [null, '-'],
    ['', '-'],
    [403, '403'],
    [['a', 'b'], 'a, b'],
    [{ a: 1 }, '{"a":1}'],
  ])('%j is %s', (value, text) => {
    expect(textAt({ field: value }, 'field')).toBe(text);
  });
});
