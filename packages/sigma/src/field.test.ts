import { describe, expect, it } from '@jest/globals';
import { compileField } from './field.ts';

function parsed(json: string): unknown {
  return JSON.parse(json);
}

describe('compileField', () => {
  it.each([
    ['verb', '{"verb":"get"}', ['get']],
    ['a.b', '{"a":{"b":1}}', [1]],
    ['a.b', '{"a":{"b":1},"a.b":2}', [2, 1]],
    ['a.b', '{"a":{"c":1}}', []],
    ['a', '{"a":null}', [null]],
    ['a', '{"a":{"b":1}}', [{ b: 1 }]],
    ['a', '{"a":[1,[2,[3]]]}', [1, 2, 3]],
    ['a', '{"a":[]}', [[]]],
    ['a.length', '{"a":[]}', []],
    ['a.0', '{"a":["x"]}', []],
    ['a.b', '{"a":[{"b":1},{"c":2},{"b":[3,4]}]}', [1, 3, 4]],
    ['a.b', '[{"a":{"b":1}}]', [1]],
    [
      'annotations.authorization.k8s.io/decision',
      '{"annotations":{"authorization.k8s.io/decision":"allow"}}',
      ['allow'],
    ],
    [
      'm.labels.app.kubernetes.io/name.x',
      '{"m":{"labels":{"app.kubernetes.io/name":{"x":1},"app":{"kubernetes":{"io/name.x":2}}}}}',
      [1, 2],
    ],
    ['__proto__', '{"a":1}', []],
    ['__proto__', '{"__proto__":"own"}', ['own']],
    ['constructor.name', '{"a":1}', []],
    ['toString', '{}', []],
    ['a.length', '{"a":"text"}', []],
    ['a', '"text"', []],
    ['a', 'null', []],
  ])('finds %j in %s', (field, json, expected) => {
    expect(compileField(field)(parsed(json))).toEqual(expected);
  });

  it('reads arrays that nest deeper than a call stack', () => {
    const depth = 200_000;
    let value: unknown = 'deep';
    for (let level = 0; level < depth; level += 1) value = [value];
    expect(compileField('a')({ a: value })).toEqual(['deep']);
  });

  it('reads an array of more elements than a call takes arguments', () => {
    const elements = Array<number>(300_000).fill(1);
    expect(compileField('a')({ a: elements })).toHaveLength(300_000);
  });
});
