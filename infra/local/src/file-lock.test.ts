import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from './file-lock.ts';

describe('withFileLock', () => {
  let root: string;
  let path: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'auditstream-lock-'));
    path = join(root, 'a', 'lock');
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it('lets one in after the other', async () => {
    const order: string[] = [];
    const waits: number[] = [];
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let entered = (): void => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const first = withFileLock(path, async () => {
      entered();
      await held;
      order.push('first');
    });
    await inside;
    const onWait = (pid: number): void => {
      waits.push(pid);
      letGo();
    };
    const second = withFileLock(path, () => Promise.resolve(order.push('second')), { onWait });
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(waits).toEqual([process.pid]);
  });

  it('is let go when the work fails', async () => {
    const failing = withFileLock(path, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(access(path)).rejects.toThrow();
  });

  it.each([
    ['{"pid":1,"identity":"of a process that ended"}'],
    ['{"pid"'],
    [''],
    ['null'],
    ['{}'],
    ['{"pid":-1}'],
  ])('is taken over from a holder that left %j', async (content) => {
    await writeFile(join(root, 'lock'), content);
    expect(await withFileLock(join(root, 'lock'), () => Promise.resolve('in'))).toBe('in');
  });

  it('is given up when the caller gives up', async () => {
    const abort = new AbortController();
    await withFileLock(path, async () => {
      const onWait = (): void => {
        abort.abort();
      };
      const waiting = withFileLock(path, () => Promise.resolve(), { onWait, signal: abort.signal });
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
});
