import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLifecycle, type LifecycleError, type OwnedLifecycle } from './lifecycle.ts';

const never = (): Promise<void> => new Promise<void>(() => undefined);
const done = (): Promise<void> => Promise.resolve();

function setUp(stopLimitMs = 1_000): { lifecycle: OwnedLifecycle; errors: LifecycleError[] } {
  const errors: LifecycleError[] = [];
  const lifecycle = createLifecycle({ stopLimitMs, onError: (error) => errors.push(error) });
  return { lifecycle, errors };
}

describe('acquire', () => {
  it('gives what start resolved with', async () => {
    const { lifecycle } = setUp();
    await expect(lifecycle.acquire('a', () => Promise.resolve(7), done)).resolves.toBe(7);
    expect(lifecycle.held()).toEqual(['a']);
  });

  it('keeps nothing of a failed start, and rejects with its error', async () => {
    const { lifecycle } = setUp();
    const failure = new Error('no broker');
    await expect(lifecycle.acquire('a', () => Promise.reject(failure), done)).rejects.toBe(failure);
    expect(lifecycle.held()).toEqual([]);
  });

  it('refuses once the release has begun', async () => {
    const { lifecycle } = setUp();
    await lifecycle.release();
    let started = false;
    const start = (): Promise<void> => {
      started = true;
      return done();
    };
    await expect(lifecycle.acquire('a', start, done)).rejects.toMatchObject({ code: 'closing' });
    expect(started).toBe(false);
  });
});

describe('release', () => {
  it('stops everything that started, last acquired first, whatever fails', async () => {
    const resource = fc.record({ startFails: fc.boolean(), stopFails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(resource, { maxLength: 12 }), async (resources) => {
        const { lifecycle, errors } = setUp();
        const stopped: number[] = [];
        for (const [index, { startFails, stopFails }] of resources.entries()) {
          const start = (): Promise<number> =>
            startFails ? Promise.reject(new Error('start')) : Promise.resolve(index);
          const stop = (started: number): Promise<void> => {
            stopped.push(started);
            return stopFails ? Promise.reject(new Error(`stop ${started}`)) : done();
          };
          await lifecycle.acquire(`r${index}`, start, stop).catch(() => undefined);
        }
        const failure: unknown = await lifecycle.release().catch((error: unknown) => error);

        const started = [...resources.keys()].filter((index) => !resources[index]?.startFails);
        const failing = started.filter((index) => resources[index]?.stopFails).reverse();
        expect(stopped).toEqual(started.reverse());
        expect(errors.map(({ message }) => message)).toEqual(
          failing.map((index) => `r${index} failed to stop: stop ${index}`),
        );
        expect(failure).toBe(errors[0]);
        expect(lifecycle.held()).toEqual([]);
      }),
    );
  });

  it('does one thing at a time', async () => {
    const { lifecycle } = setUp();
    let running = 0;
    const stop = async (): Promise<void> => {
      running += 1;
      expect(running).toBe(1);
      await new Promise(setImmediate);
      running -= 1;
    };
    for (const name of ['a', 'b', 'c']) await lifecycle.acquire(name, done, stop);
    await lifecycle.release();
  });

  it('leaves behind what exceeds the limit, says so, and goes on', async () => {
    const { lifecycle, errors } = setUp(5);
    let stopped = false;
    const stop = (): Promise<void> => {
      stopped = true;
      return done();
    };
    await lifecycle.acquire('first', done, stop);
    await lifecycle.acquire('hanging', done, never);
    await expect(lifecycle.release()).rejects.toMatchObject({
      code: 'release-timeout',
      message: 'hanging did not stop within 5 ms and was left behind',
    });
    expect(stopped).toBe(true);
    expect(errors).toHaveLength(1);
  });

  it('waits for what is still starting, then stops it', async () => {
    const { lifecycle } = setUp();
    const order: string[] = [];
    let finishStart: (value: string) => void = () => undefined;
    const start = (): Promise<string> =>
      new Promise((resolve) => {
        finishStart = resolve;
      });
    const stop = (started: string): Promise<void> => {
      order.push(`stop ${started}`);
      return done();
    };
    const acquired = lifecycle.acquire('slow', start, stop);
    const released = lifecycle.release().then(() => order.push('released'));
    finishStart('slow');
    await Promise.all([acquired, released]);
    expect(order).toEqual(['stop slow', 'released']);
  });

  it('is not held up by a start that fails while it waits', async () => {
    const { lifecycle, errors } = setUp();
    let failStart: (error: Error) => void = () => undefined;
    const start = (): Promise<void> =>
      new Promise((_, reject) => {
        failStart = reject;
      });
    const acquired = lifecycle.acquire('slow', start, done).catch(() => 'failed');
    const released = lifecycle.release();
    failStart(new Error('aborted'));
    await expect(Promise.all([acquired, released])).resolves.toEqual(['failed', undefined]);
    expect(errors).toEqual([]);
  });

  it('stops each thing once, however often it is asked to', async () => {
    const { lifecycle } = setUp();
    let stops = 0;
    const stop = (): Promise<void> => {
      stops += 1;
      return done();
    };
    await lifecycle.acquire('a', done, stop);
    await Promise.all([lifecycle.release(), lifecycle.release()]);
    expect(stops).toBe(1);
  });
});
