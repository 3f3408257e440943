import { appendFile, readdir, rename, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Accept, IngestError } from '../../delivery.ts';
import { maxLineBytes } from '../../domain/rejection.ts';
import {
  accepting,
  type LogFolderRig,
  type LogRig,
  openLogFolder,
  until,
} from './log-files-rig.ts';

/** A busy machine takes its time. */
jest.setTimeout(60_000);

let rigs: LogFolderRig;
let folder: string;
let log: string;

beforeEach(async () => {
  rigs = await openLogFolder();
  ({ folder, log } = rigs);
});

afterEach(() => rigs.stopAll());

const start = (accept: Accept = accepting): Promise<LogRig> => rigs.start({ accept });
const checkpoint = async (): Promise<{ readonly offset: unknown }> => ({
  offset: undefined,
  ...(await rigs.checkpoint()),
});

/** As an API server does, with a later time for each file, however coarse the file system's clock is. */
async function rotate(at: number): Promise<void> {
  const name = join(folder, `audit-2026-11-22T01-55-0${at}.000.log`);
  await rename(log, name);
  const now = Date.now() / 1_000;
  await utimes(name, now, now + at);
}

describe('a log file', () => {
  it('is followed from its beginning, line by line, as it grows', async () => {
    await writeFile(log, 'one\r\n\n  \ntwo\nthr');
    const rig = await start();
    await until(() => rig.lines().length === 2);
    expect(rig.deliveries[0]).toMatchObject({
      ...{ source: 'kubernetes', cluster: 'sample', origin: 'replay', way: 'file', oversized: [] },
    });
    await appendFile(log, 'ee\n');
    await until(() => rig.lines().length === 3);
    expect(rig.lines()).toEqual(['one', 'two', 'three']);
    await until(async () => (await checkpoint()).offset === 19);
  });

  it('is gone on with after a restart, where it was accepted', async () => {
    await writeFile(log, 'one\ntwo\nthr');
    const first = await start();
    await until(async () => first.lines().length === 2 && (await checkpoint()).offset === 8);
    await first.stop();
    await appendFile(log, 'ee\nfour\n');
    const second = await start();
    await until(() => second.lines().length === 2);
    expect(second.lines()).toEqual(['three', 'four']);
    expect(second.logged).toEqual([]);
  });

  it('is handed over again until it is accepted; the checkpoint waits', async () => {
    await writeFile(log, 'one\n');
    let isAway = true;
    let attempts = 0;
    const rig = await start((delivery) => {
      attempts += 1;
      return isAway
        ? Promise.reject(new IngestError('unavailable', 'Kafka is away.', null))
        : accepting(delivery);
    });
    await until(() => attempts === 3);
    expect((await checkpoint()).offset).toBeUndefined();
    isAway = false;
    await until(async () => (await checkpoint()).offset === 4);
    expect(rig.lines()).toEqual(['one']);
  });

  it('that was not accepted before a stop comes again', async () => {
    await writeFile(log, 'one\n');
    let attempts = 0;
    const first = await start(() => {
      attempts += 1;
      return Promise.reject(new IngestError('unavailable', 'Kafka is away.', null));
    });
    await until(() => attempts > 0);
    await first.stop();
    const second = await start();
    await until(() => second.lines().length === 1);
  });

  it('is read to its end when it is rotated by renaming, then the new one', async () => {
    await writeFile(log, 'one\n');
    const rig = await start();
    await until(() => rig.lines().length === 1);
    await rename(log, `${log}.1`);
    await appendFile(`${log}.1`, 'two\nthree');
    await writeFile(log, 'four\n');
    await until(() => rig.lines().length === 4);
    expect(rig.lines()).toEqual(['one', 'two', 'three', 'four']);
    expect(rig.logged).toEqual([]);
  });

  it('is read from its beginning, and told of, when it became shorter', async () => {
    await writeFile(log, 'one\ntwo\n');
    const rig = await start();
    await until(async () => rig.lines().length === 2 && (await checkpoint()).offset === 8);
    await truncate(log, 0);
    await appendFile(log, 'new\n');
    await until(() => rig.lines().length === 3);
    expect(rig.lines()[2]).toBe('new');
    expect(rig.logged).toEqual([expect.stringMatching(/not to be found: it was truncated/)]);
  });

  it('is read to its end, and all that came after it, when it was rotated during a stop', async () => {
    await writeFile(log, 'one\n');
    const first = await start();
    await until(async () => first.lines().length === 1 && (await checkpoint()).offset === 4);
    await first.stop();
    await appendFile(log, 'two\n');
    await rotate(1);
    await writeFile(log, 'three\n');
    await rotate(2);
    await writeFile(log, 'four\n');
    const second = await start();
    await until(() => second.lines().length === 3);
    expect(second.lines()).toEqual(['two', 'three', 'four']);
    expect(second.logged).toEqual([]);
  });

  it('that rotates more than once between two looks is passed over nowhere', async () => {
    await writeFile(log, 'one\n');
    const rig = await start();
    await until(() => rig.lines().length === 1);
    for (let at = 1; at <= 5; at += 1) {
      await rotate(at);
      await writeFile(log, `${at}\n`);
    }
    await until(() => rig.lines().length === 6);
    expect(rig.lines()).toEqual(['one', '1', '2', '3', '4', '5']);
    expect(rig.logged).toEqual([]);
  });

  it('is read from its beginning, and told of, when its former self is gone after a stop', async () => {
    await writeFile(log, 'one\n');
    const first = await start();
    await until(async () => first.lines().length === 1 && (await checkpoint()).offset === 4);
    await first.stop();
    await rename(log, join(folder, 'elsewhere'));
    await writeFile(log, 'two\n');
    const second = await start();
    await until(() => second.lines().length === 1);
    expect(second.lines()).toEqual(['two']);
    expect(second.logged).toHaveLength(1);
  });

  it('may come later; its absence is told once', async () => {
    const rig = await start();
    await until(() => rig.logged.length === 1);
    await writeFile(log, 'one\n');
    await until(() => rig.lines().length === 1);
    expect(rig.logged).toEqual(['A log file cannot be followed; it is tried again.']);
  });

  it('gives only the size of a line that no event may have', async () => {
    await writeFile(
      log,
      Buffer.concat([Buffer.alloc(maxLineBytes + 1, 'x'), Buffer.from('\none\n')]),
    );
    const rig = await start();
    await until(() => rig.lines().length === 1);
    expect(rig.deliveries.flatMap(({ oversized }) => oversized)).toEqual([maxLineBytes + 1]);
  });

  it('gives a line that is too long without its bodies, says what went, and where it stood', async () => {
    const body = `"${'x'.repeat(maxLineBytes)}"`;
    await writeFile(log, `{"requestObject":${body}}\none\n`);
    const rig = await start();
    await until(() => rig.lines().length === 2);
    expect(rig.lines()).toEqual([
      `{"requestObject":{"auditstream.truncated":{"bytes":${body.length}}}}`,
      'one',
    ]);
    const cut = rig.deliveries.flatMap((delivery) => [...(delivery.cut ?? [])]);
    expect(cut.map(([, removed]) => removed)).toEqual([body.length]);
    const { dev, ino } = await stat(log, { bigint: true });
    const name = JSON.stringify([String(dev), String(ino), 0]);
    expect(rig.deliveries[0]?.place).toEqual({ name, firstItem: 0 });
  });

  it('is handed over in deliveries of at most 2,000 lines, in order', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i}`);
    await writeFile(log, `${lines.join('\n')}\n`);
    const rig = await start();
    await until(() => rig.lines().length === 5_000);
    expect(rig.lines()).toEqual(lines);
    expect(Math.max(...rig.deliveries.map(({ items }) => items.length))).toBe(2_000);
  });

  it('is read from its beginning when its checkpoint was spoilt', async () => {
    await writeFile(log, 'one\n');
    const first = await start();
    await until(async () => first.lines().length === 1 && (await checkpoint()).offset === 4);
    await first.stop();
    const [name = ''] = await readdir(join(folder, 'state'));
    await writeFile(join(folder, 'state', name), '{"offset":');
    const second = await start();
    await until(() => second.lines().length === 1);
  });
});
