import { describe, expect, it } from '@jest/globals';
import { incompatibility } from './compatibility.ts';

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
}

function record(...fields: readonly Field[]): string {
  return JSON.stringify({ type: 'record', name: 'auditstream.Sample', fields });
}

function symbols(...values: readonly string[]): Field {
  return { name: 'kind', type: { type: 'enum', name: 'auditstream.Kind', symbols: values } };
}

const id = { name: 'id', type: 'string' };

describe('incompatibility', () => {
  it.each([
    ['the same schema', record(id), record(id)],
    ['a new field with a default', record(id), record(id, { name: 'n', type: 'int', default: 0 })],
    ['a field that is gone', record(id, { name: 'n', type: 'int' }), record(id)],
    ['a wider number', record({ name: 'n', type: 'int' }), record({ name: 'n', type: 'long' })],
    ['a field that may be null now', record(id), record({ ...id, type: ['null', 'string'] })],
    ['a new symbol', record(symbols('a')), record(symbols('a', 'b'))],
  ])('finds none in %s', (_, writer, reader) => {
    expect(incompatibility(writer, reader)).toBeUndefined();
  });

  it.each([
    ['a new field without a default', record(id), record(id, { name: 'n', type: 'int' })],
    ['a narrower number', record({ name: 'n', type: 'long' }), record({ name: 'n', type: 'int' })],
    ['a field of another type', record(id), record({ ...id, type: 'bytes' }, { ...id, name: 'x' })],
    [
      'a field that may not be null any more',
      record({ ...id, type: ['null', 'string'] }),
      record(id),
    ],
    ['a symbol that is gone', record(symbols('a', 'b')), record(symbols('a'))],
    ['another name of the record', record(id), record(id).replace('Sample', 'Other')],
  ])('names the reason for %s', (_, writer, reader) => {
    expect(incompatibility(writer, reader)).toEqual(expect.stringMatching(/\S/));
  });
});
