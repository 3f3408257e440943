import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { type Spool } from '../../spool.ts';
import { lockFolder } from './folder-lock.ts';
import { openSpool } from './spool-files.ts';
import { drain, ignore, textOf } from './spool-rig.ts';

const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };
const telemetry = { count: ignore, set: ignore, observe: ignore, log };
const limits = { maxBytes: 64 * 1024 * 1024, telemetry };

/** Appends without an end, twenty at a time, and says each number once its append has resolved. */
function program(folder: string, from: number): string {
  return `
    import { writeSync } from 'node:fs';
    import { openSpool } from ${JSON.stringify(new URL('./spool-files.ts', import.meta.url).href)};
    const ignore = () => undefined;
    const telemetry = { count: ignore, set: ignore, observe: ignore, log: { info: ignore, error: ignore } };
    const spool = await openSpool(${JSON.stringify(folder)}, { maxBytes: ${limits.maxBytes}, telemetry });
    let next = ${from};
    const append = async () => {
      for (;;) {
        const number = next++;
        const value = Buffer.from(number + ' '.repeat((number * 7919) % 3000));
        await spool.append([{ topic: 't', key: null, value }]);
        writeSync(1, number + '\\n');
      }
    };
    await Promise.all(Array.from({ length: 20 }, append));`;
}

let folder = '';
let child: ChildProcess | undefined;
let spool: Spool | undefined;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'auditstream-spool-')), 'made', 'by', 'the', 'spool');
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await spool?.close();
  spool = undefined;
  await rm(join(folder, '..', '..', '..', '..'), { recursive: true });
});

/** @returns the numbers that a process said before it was killed in the middle of its work */
async function appendUntilKilled(from: number, count: number): Promise<readonly number[]> {
  const options = ['--import', 'tsx', '--input-type=module', '--eval', program(folder, from)];
  const running = spawn(execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = running;
  const closed = once(running, 'close');
  const said: number[] = [];
  for await (const line of createInterface(running.stdout)) {
    said.push(Number(line));
    if (said.length === count) running.kill('SIGKILL');
  }
  await closed;
  return said;
}

describe('a process with a spool that is killed', () => {
  it('has kept every append that it had called durable, in order', async () => {
    const said: number[] = [];
    for (const count of [1, 250, 2_000]) {
      said.push(...(await appendUntilKilled(1 + Math.max(0, ...said) + 100, count)));
    }
    spool = await openSpool(folder, limits);
    const kept = (await drain(spool)).map(Number);
    expect(said.length).toBeGreaterThanOrEqual(2_251);
    expect(kept).toEqual(expect.arrayContaining(said));
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
  }, 60_000);

  it('leaves a lock that the next can take, and nobody beside it', async () => {
    await appendUntilKilled(1, 1);
    spool = await openSpool(folder, limits);
    await expect(openSpool(folder, limits)).rejects.toMatchObject({
      ...{ code: 'locked', retryable: false },
      message: expect.stringContaining('AUDITSTREAM_INGEST_SPOOL_DIR'),
    });
    expect((await readdir(folder)).filter((name) => name.startsWith('lock.'))).toHaveLength(1);
  }, 60_000);
});

describe('the spool on a real disk', () => {
  it('is drained over many segments, and leaves no file but its head', async () => {
    spool = await openSpool(folder, { ...limits, maxBytes: 4 * 1024 * 1024 });
    const texts = Array.from({ length: 1_500 }, (_, at) => `${at} ${'x'.repeat(2_000)}`);
    const records = texts.map((text) => ({ topic: 't', key: null, value: Buffer.from(text) }));
    for (let at = 0; at < records.length; at += 100)
      await spool.append(records.slice(at, at + 100));
    expect((await readdir(folder)).length).toBeGreaterThan(4);
    const drained: string[] = [];
    for (let batch = await spool.read(900_000); batch; batch = await spool.read(900_000)) {
      drained.push(...batch.records.map(textOf));
      await spool.advance(batch.end, batch.records.length);
    }
    expect(drained).toEqual(texts);
    expect((await readdir(folder)).sort()).toEqual(['head', 'lock.1']);
  });
});

describe('the lock of a folder', () => {
  it('is held by one, and free once it is let go', async () => {
    const path = await mkdtemp(join(tmpdir(), 'auditstream-lock-'));
    const attempts = await Promise.all([1, 2, 3, 4].map(() => lockFolder(path)));
    const held = attempts.filter((lock) => lock !== null);
    expect(held).toHaveLength(1);
    expect(await lockFolder(path)).toBeNull();
    await held[0]?.release();
    const next = await lockFolder(path);
    expect(next).not.toBeNull();
    await next?.release();
    await rm(path, { recursive: true });
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const path = await mkdtemp(join(tmpdir(), `auditstream-${'long-'.repeat(30)}`));
    const lock = await lockFolder(path);
    expect(lock).not.toBeNull();
    expect(await readdir(path)).toEqual(['lock.1']);
    expect(await lockFolder(path)).toBeNull();
    await lock?.release();
    await rm(path, { recursive: true });
  });
});
