import { describe, expect, it } from '@jest/globals';
import { createTurns, inTurns } from './turns.ts';

/** A clock that goes on by a millisecond at each look. */
function tickingClock(): () => number {
  let ms = 0;
  return () => (ms += 1);
}

function* work(name: string, done: string[], steps: number): Generator<void, string> {
  for (let step = 0; step < steps; step += 1) {
    done.push(name);
    yield;
  }
  return name;
}

describe('turns', () => {
  it('let others run while work goes on', async () => {
    const done: string[] = [];
    const turns = createTurns(5, tickingClock());
    const working = inTurns(work('a', done, 100), turns);
    let others = 0;
    let isOver = false;
    const beside = (): void => {
      others += 1;
      if (!isOver) setImmediate(beside);
    };
    setImmediate(beside);
    expect(await working).toBe('a');
    isOver = true;
    expect(done).toHaveLength(100);
    expect(others).toBeGreaterThanOrEqual(15);
  });

  it('share one slice between all that work at the same time', async () => {
    const done: string[] = [];
    const turns = createTurns(5, tickingClock());
    const names = ['a', 'b', 'c', 'd'];
    const perTurn: number[] = [];
    let seen = 0;
    let isOver = false;
    const beside = (): void => {
      perTurn.push(done.length - seen);
      seen = done.length;
      if (!isOver) setImmediate(beside);
    };
    setImmediate(beside);
    await Promise.all(names.map((name) => inTurns(work(name, done, 50), turns)));
    isOver = true;
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(2 * 5);
    // All go on, and none waits for another to end.
    expect(new Set(done.slice(0, 60))).toEqual(new Set(names));
  });

  it('do not wait where there is little to do', async () => {
    const turns = createTurns(1_000);
    let waited = false;
    setImmediate(() => {
      waited = true;
    });
    await inTurns(work('a', [], 50), turns);
    expect(waited).toBe(false);
  });
});
