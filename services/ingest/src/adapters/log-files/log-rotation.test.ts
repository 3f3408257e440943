import {
  appendFile,
  copyFile,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type LogFolderRig, type LogRig, openLogFolder, until } from './log-files-rig.ts';
import { randomOf } from './log-writer-rig.ts';

/** A busy machine takes its time. */
jest.setTimeout(60_000);

let rigs: LogFolderRig;
let log: string;
let beside: (name: string) => string;
let random: () => number;

beforeEach(async () => {
  rigs = await openLogFolder();
  log = rigs.log;
  random = randomOf(1);
  beside = (name) => join(rigs.folder, name);
});

afterEach(() => rigs.stopAll());

/** Follows until these lines are accepted and written down. */
async function readUntil(...lines: readonly string[]): Promise<LogRig> {
  const rig = await rigs.start();
  await until(() => rig.lines().length >= lines.length);
  expect(rig.lines()).toEqual(lines);
  const { size } = await stat(log);
  await until(async () => (await rigs.checkpoint())?.['offset'] === size);
  return rig;
}

async function readAndStop(...lines: readonly string[]): Promise<void> {
  await (await readUntil(...lines)).stop();
}

async function compress(path: string, bytes?: Buffer): Promise<void> {
  await writeFile(`${path}.gz`, bytes ?? gzipSync(await readFile(path)));
  await rm(path);
}

async function expectLines(rig: LogRig, lines: readonly string[]): Promise<void> {
  await until(() => rig.lines().length >= lines.length);
  expect(rig.lines()).toEqual(lines);
}

describe('a log that is copied and truncated', () => {
  it('is read on in the copy, then from its beginning, and the risk is told', async () => {
    await writeFile(log, 'one\ntwo\n');
    await readAndStop('one', 'two');
    await appendFile(log, 'three\n');
    await copyFile(log, beside('audit.log.1'));
    await truncate(log, 0);
    await appendFile(log, 'four\n');
    const rig = await rigs.start();
    await expectLines(rig, ['three', 'four']);
    expect(rig.notices).toEqual([
      expect.objectContaining({
        action: 'source-gap',
        cluster: 'sample',
        subject: { type: 'kubernetes-log', name: log },
        message: expect.stringContaining('Rotate by renaming.'),
        details: { reason: 'copied', file: log, offset: '8' },
      }),
    ]);
    const [{ from = 0, to = 0 } = {}] = rig.notices;
    expect(from).toBeGreaterThan(1.7e15);
    expect(to).toBeGreaterThanOrEqual(from);
    expect(rig.metric('ingest_log_gaps_total', { cluster: 'sample', reason: 'copied' })).toBe(1);
  });

  it('is seen although it has grown beyond the place again', async () => {
    await writeFile(log, 'one\ntwo\n');
    await readAndStop('one', 'two');
    await appendFile(log, 'three\n');
    await copyFile(log, beside('audit.log.1'));
    await truncate(log, 0);
    await appendFile(log, 'a much longer line than all that was there\n');
    await expectLines(await rigs.start(), ['three', 'a much longer line than all that was there']);
  });

  it('is seen by what stands before the place where both begin alike', async () => {
    const header = `${'#'.repeat(2_000)}\n`;
    await writeFile(log, `${header}one\n`);
    await readAndStop(header.trim(), 'one');
    await copyFile(log, beside('audit.log.1'));
    await truncate(log, 0);
    await appendFile(log, `${header}two\nthree\n`);
    await expectLines(await rigs.start(), [header.trim(), 'two', 'three']);
  });

  it('is read on in order while it is followed, over several copies', async () => {
    await writeFile(log, '0\n');
    const rig = await readUntil('0');
    for (let at = 1; at <= 5; at += 1) {
      await appendFile(log, `end of ${at}\n`);
      await copyFile(log, beside(`audit-2026-11-22T01-55-0${at}.000.log`));
      await truncate(log, 0);
      await appendFile(log, `${at} ${'x'.repeat(100 * at)}\n`);
    }
    await until(() => rig.lines().length >= 11);
    const begins = rig.lines().map((line) => line.split(' x')[0]);
    expect(begins).toEqual([
      ...['0', 'end of 1', '1', 'end of 2', '2', 'end of 3', '3', 'end of 4', '4', 'end of 5', '5'],
    ]);
  });

  it('without a copy has a gap, which is told', async () => {
    await writeFile(log, 'one\ntwo\n');
    const rig = await readUntil('one', 'two');
    await truncate(log, 0);
    await appendFile(log, 'three\n');
    await expectLines(rig, ['one', 'two', 'three']);
    expect(rig.notices.map(({ details }) => details?.['reason'])).toEqual(['gone']);
  });
});

describe('a log whose backups are compressed', () => {
  it('is read on in the backup from where it was, then in those that came after it', async () => {
    await writeFile(log, 'one\ntwo\n');
    await readAndStop('one', 'two');
    await appendFile(log, 'three\n');
    for (const [at, content] of [
      [1, 'four\n'],
      [2, 'five\n'],
    ] as const) {
      const name = beside(`audit-2026-11-22T01-55-0${at}.000.log`);
      await rename(log, name);
      await writeFile(log, content);
      await compress(name);
    }
    const rig = await rigs.start();
    await expectLines(rig, ['three', 'four', 'five']);
    expect(rig.notices).toEqual([]);
  });

  it('is not read again when it is compressed after it was read', async () => {
    await writeFile(log, 'one\n');
    const first = await readUntil('one');
    await rename(log, beside('audit.log.1'));
    await writeFile(log, 'two\n');
    await expectLines(first, ['one', 'two']);
    await compress(beside('audit.log.1'));
    await first.stop();
    await appendFile(log, 'three\n');
    await expectLines(await rigs.start(), ['three']);
  });

  it('has megabytes in one backup', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `${at} ${'x'.repeat(at % 500)}`);
    await writeFile(log, `${lines[0]}\n`);
    await readAndStop(...lines.slice(0, 1));
    await appendFile(log, `${lines.slice(1).join('\n')}\n`);
    await rename(log, beside('audit.log.1'));
    await compress(beside('audit.log.1'));
    await writeFile(log, 'last\n');
    await expectLines(await rigs.start(), [...lines.slice(1), 'last']);
  });

  it('gives what a backup has that was cut off, and tells the rest', async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => `${at} ${random()}`);
    await writeFile(log, `${lines[0]}\n`);
    await readAndStop(...lines.slice(0, 1));
    await appendFile(log, `${lines.slice(1).join('\n')}\n`);
    await rename(log, beside('audit.log.1'));
    const whole = gzipSync(await readFile(beside('audit.log.1')));
    await compress(beside('audit.log.1'), whole.subarray(0, Math.floor(whole.length / 2)));
    await writeFile(log, 'last\n');
    const rig = await rigs.start();
    await until(() => rig.lines().at(-1) === 'last');
    const given = rig.lines().slice(0, -2);
    expect(given.length).toBeGreaterThan(1_000);
    expect(given).toEqual(lines.slice(1, 1 + given.length));
    expect(rig.notices).toEqual([
      expect.objectContaining({
        details: expect.objectContaining({
          ...{ reason: 'damaged', file: beside('audit.log.1.gz') },
        }),
      }),
    ]);
  });

  it('gives what stands before damage in the middle of a backup', async () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => `${at} ${random()}`);
    const bytes = gzipSync(`${lines.join('\n')}\n`);
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0xff, middle, middle + 100);
    await writeFile(beside('audit.log.1.gz'), bytes);
    await writeFile(log, 'last\n');
    const rig = await rigs.start();
    await until(() => rig.lines().at(-1) === 'last');
    expect(rig.lines().length).toBeGreaterThan(10_000);
    const whole = rig.lines().slice(0, 10_000);
    expect(whole).toEqual(lines.slice(0, 10_000));
    expect(rig.notices.map(({ details }) => details?.['reason'])).toEqual(['damaged']);
  });

  it('tells once of a backup that is no such thing', async () => {
    await writeFile(beside('audit.log.1.gz'), 'not compressed');
    await writeFile(log, 'one\n');
    const rig = await rigs.start();
    await expectLines(rig, ['one']);
    await rename(log, beside('audit.log.0'));
    await writeFile(log, 'two\n');
    await expectLines(rig, ['one', 'two']);
    expect(rig.notices.map(({ details }) => details?.['reason'])).toEqual(['damaged']);
  });

  it('is read where it is not compressed as long as it is there in both forms', async () => {
    await writeFile(log, 'one\n');
    await readAndStop('one');
    await appendFile(log, 'two\n');
    await rename(log, beside('audit.log.1'));
    const half = gzipSync('one\ntwo\n').subarray(0, 12);
    await writeFile(beside('audit.log.1.gz'), half);
    await writeFile(log, 'three\n');
    const rig = await rigs.start();
    await expectLines(rig, ['two', 'three']);
    expect(rig.notices).toEqual([]);
  });
});

describe('what a log file is known by', () => {
  it('is not its inode: the next file may get it', async () => {
    await writeFile(log, 'one\n');
    await readAndStop('one');
    const name = (await readdir(beside('state')))[0] ?? '';
    const path = join(beside('state'), name);
    await rm(log);
    await writeFile(log, 'another file\nof more bytes\n');
    const { ino } = await stat(log);
    const place = JSON.parse(await readFile(path, 'utf8')) as { file: { inode: string } };
    await writeFile(
      path,
      JSON.stringify({ ...place, file: { ...place.file, inode: String(ino) } }),
    );
    const rig = await rigs.start();
    await expectLines(rig, ['another file', 'of more bytes']);
    expect(rig.notices.map(({ details }) => details?.['reason'])).toEqual(['gone']);
  });

  it('outlasts a move elsewhere and back by copying', async () => {
    await writeFile(log, 'one\ntwo\n');
    await readAndStop('one', 'two');
    await copyFile(log, beside('elsewhere'));
    await writeFile(beside('keeps the inode'), '');
    await rm(log);
    await copyFile(beside('elsewhere'), log);
    await appendFile(log, 'three\n');
    const rig = await rigs.start();
    await expectLines(rig, ['three']);
    expect(rig.logged).toEqual([]);
  });

  it('grows with a file that was shorter', async () => {
    await writeFile(log, 'one\n');
    const rig = await readUntil('one');
    expect(await rigs.checkpoint()).toMatchObject({ head: { bytes: 4 }, anchor: { bytes: 4 } });
    await appendFile(log, `${'x'.repeat(2_000)}\n`);
    await until(async () => (await rigs.checkpoint())?.['offset'] === 2_005);
    expect(await rigs.checkpoint()).toMatchObject({
      head: { bytes: 1_024 },
      anchor: { bytes: 256 },
    });
    await rig.stop();
  });

  it('was its inode in checkpoints of the earlier format, which are read on', async () => {
    await writeFile(log, 'one\ntwo\n');
    await readAndStop('one', 'two');
    const name = (await readdir(beside('state')))[0] ?? '';
    const path = join(beside('state'), name);
    const { head, anchor, ...earlier } = JSON.parse(await readFile(path, 'utf8')) as Record<
      string,
      unknown
    >;
    await writeFile(path, JSON.stringify(earlier));
    await appendFile(log, 'three\n');
    const rig = await rigs.start();
    await expectLines(rig, ['three']);
    await until(async () => (await rigs.checkpoint())?.['offset'] === 14);
    expect(await rigs.checkpoint()).toMatchObject({ head: { bytes: 14 }, anchor: { bytes: 14 } });
    expect([head, anchor]).toEqual([
      expect.objectContaining({ bytes: 8 }),
      expect.objectContaining({ bytes: 8 }),
    ]);
  });
});
