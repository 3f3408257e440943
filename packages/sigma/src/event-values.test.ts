import { describe, expect, it } from '@jest/globals';
import { eventValues } from './event-values.ts';

function listed(event: unknown): unknown[] {
  return [...eventValues(event)].map(({ value, field }) => [field(), value]);
}

describe('eventValues', () => {
  it('lists scalars in the order of the event, arrays left out of the name', () => {
    const event: unknown = JSON.parse(
      '{"b":{"groups":["x",["y"]],"k.e/y":null},"a":true,"__proto__":{"c":1},"e":[],"o":{}}',
    );
    expect(listed(event)).toEqual([
      ['b.groups', 'x'],
      ['b.groups', 'y'],
      ['b.k.e/y', null],
      ['a', true],
      ['__proto__.c', 1],
    ]);
  });

  it('takes a scalar as an event without names', () => {
    expect(listed('x')).toEqual([['', 'x']]);
  });

  it('walks what nests deeper than a call stack, and what is wider', () => {
    let deep: unknown = 'deep';
    for (let level = 0; level < 100_000; level += 1) deep = { a: deep };
    const wide = Array<number>(300_000).fill(1);
    expect([...eventValues([deep, wide])]).toHaveLength(300_001);
  });
});
