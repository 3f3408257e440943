import { describe, expect, it } from '@jest/globals';
import { textAt, valueAt } from './fields.ts';
import { printable } from './table.ts';

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

describe('printable', () => {
  it.each([
    ['an escape sequence', 'a\u001b[31mb', 'a\\u001b[31mb'],
    ['a line feed', 'a\nb', 'a\\u000ab'],
    ['a bidirectional override', 'a\u202eb', 'a\\u202eb'],
    ['other scripts', 'größe 日本', 'größe 日本'],
  ])('%s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});
