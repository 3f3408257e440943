import { describe, expect, it } from '@jest/globals';
import { createOpenCalls, type OpenCall } from './open-calls.ts';

function call(callId: string, key = 'k', nanos = 1n): OpenCall {
  const members = Buffer.from(callId.padEnd(10));
  return { callId, key, nanos, members, segment: Number(nanos), answer: 'status' };
}

const room = { calls: 100, bytes: 1_000 };
const ids = (calls: readonly OpenCall[]): readonly string[] => calls.map(({ callId }) => callId);

describe('open calls', () => {
  it('are taken by their keys, the last one first', () => {
    const open = createOpenCalls(room);
    for (const id of ['a', 'b']) open.add(call(id));
    open.add(call('c', 'other'));
    expect(['k', 'k', 'k', 'other'].map((key) => open.take(key)?.callId)).toEqual([
      ...['b', 'a', undefined, 'c'],
    ]);
    expect(open.count).toBe(0);
  });

  it('are due once, and are known afterwards by their times', () => {
    const open = createOpenCalls(room);
    open.add(call('a', 'k', 1n));
    open.add(call('b', 'k2', 5n));
    expect(ids(open.due(5n))).toEqual(['a']);
    expect(ids(open.due(5n))).toEqual([]);
    expect(open.oldestSegment()).toBe(5);
    expect(open.take('k')).toMatchObject({ callId: 'a', nanos: 1n, members: Buffer.alloc(0) });
  });

  it('are told of early where there are too many, or too much of them', () => {
    const few = createOpenCalls({ calls: 2, bytes: 1_000 });
    expect(ids(['a', 'b', 'c'].flatMap((id) => few.add(call(id, id))))).toEqual(['a']);
    const small = createOpenCalls({ calls: 100, bytes: 25 });
    expect(ids(['a', 'b', 'c'].flatMap((id) => small.add(call(id, id))))).toEqual(['a']);
  });

  it('that were told of are forgotten, oldest first', () => {
    const open = createOpenCalls({ calls: 2, bytes: 1_000 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) open.add(call(id, id));
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => open.take(key)?.callId)).toEqual([
      ...[undefined, 'b', 'c', 'd', 'e'],
    ]);
  });

  it('need no segment where there are none', () => {
    expect(createOpenCalls(room).oldestSegment()).toBe(Infinity);
  });
});
