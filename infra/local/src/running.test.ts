import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PORTS } from './ports.ts';
import { type ProcessRef, isAlive } from './process.ts';
import { type Supervision, lastLines, startEngine } from './running.ts';
import { type EngineSpec } from './spec.ts';

describe('lastLines', () => {
  it.each([
    ['a\nb\n\nc\n', 2, 'b\nc'],
    ['a', 5, 'a'],
    ['', 5, ''],
  ])('of %j, %d', (text, count, expected) => {
    expect(lastLines(text, count)).toBe(expected);
  });
});

describe('startEngine', () => {
  let root: string;
  let launched: ProcessRef[];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'auditstream-running-'));
    launched = [];
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  /** An engine that is a shell script, ready once it has made the file `ready`. */
  const supervision = (script: string, startTimeoutMs = 10_000): Supervision => {
    const dir = join(root, 'dir');
    const spec: EngineSpec = {
      name: 'kafka',
      title: 'The engine',
      version: '1',
      ports: [],
      heap: '1m',
      stopGraceMs: 5000,
      roots: [],
      place: () => undefined,
      prepare: async () => {
        await rm(join(dir, 'ready'), { force: true });
        await mkdir(dir, { recursive: true });
      },
      command: () => ({ args: ['-c', script], env: { PATH: '/usr/bin:/bin' } }),
      address: () => 'there:1',
      isReady: () =>
        access(join(dir, 'ready')).then(
          () => true,
          () => false,
        ),
    };
    const what = { home: '', dir, java: '/bin/sh', ports: DEFAULT_PORTS, heap: '1m' };
    const onLaunch = (ref: ProcessRef): Promise<void> => {
      launched.push(ref);
      return Promise.resolve();
    };
    const context = { ...what, account: undefined };
    return { spec, context, logPath: join(root, 'logs', 'log'), startTimeoutMs, onLaunch };
  };

  it('gives a handle to hurt and heal it', async () => {
    const engine = await startEngine(supervision('touch ready; exec sleep 60'));
    const { pid } = engine;
    expect(engine).toMatchObject({ name: 'kafka', address: 'there:1', adopted: false });
    await engine.kill('SIGKILL');
    expect(await engine.isAlive()).toBe(false);
    await engine.restart();
    expect(engine.pid).not.toBe(pid);
    expect(launched.map((ref) => ref.pid)).toEqual([pid, engine.pid]);
    await engine.stop();
    expect(await engine.isAlive()).toBe(false);
  });

  it('fails with the end of the log where the engine ends', async () => {
    const failing = startEngine(supervision('echo the disk is on fire; exit 1'));
    await expect(failing).rejects.toMatchObject({
      code: 'engine-died',
      message: `The engine ended before it was ready; the end of its log ${join(root, 'logs', 'log')} says why:\nthe disk is on fire`,
    });
  });

  it('stops an engine that never gets ready', async () => {
    const failing = startEngine(supervision('exec sleep 60', 300));
    await expect(failing).rejects.toMatchObject({ code: 'engine-not-ready', retryable: true });
    expect(await Promise.all(launched.map(isAlive))).toEqual([false]);
  });

  it('stops an engine whose start was given up', async () => {
    const abort = new AbortController();
    const { onLaunch, ...rest } = supervision('exec sleep 60');
    const failing = startEngine({
      ...rest,
      signal: abort.signal,
      onLaunch: async (ref) => {
        await onLaunch(ref);
        abort.abort();
      },
    });
    await expect(failing).rejects.toMatchObject({ code: 'cancelled' });
    expect(await Promise.all(launched.map(isAlive))).toEqual([false]);
  });
});
