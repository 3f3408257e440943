import { describe, expect, it } from '@jest/globals';
import { documentBuilder, type Field } from './fields.ts';

const fields: readonly Field<Readonly<Record<string, string | readonly string[] | null>>>[] = [
  { name: 'a', type: 'keyword', doc: '', read: ({ a }) => a },
  { name: 'b.c', type: 'keyword', doc: '', read: ({ c }) => c },
  { name: 'b.d.e', type: 'keyword', doc: '', read: ({ e }) => e },
];

describe('documentBuilder', () => {
  it.each([
    [
      { a: 'x', c: 'y', e: ['z'] },
      { a: 'x', b: { c: 'y', d: { e: ['z'] } } },
    ],
    [{ a: null, c: 'y', e: [] }, { b: { c: 'y' } }],
    [{ a: '' }, { a: '' }],
    [{}, {}],
  ])('%o gives %o', (from, expected) => {
    expect(documentBuilder(fields)(from)).toEqual(expected);
  });
});
