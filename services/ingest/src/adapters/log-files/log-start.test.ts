import { appendFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type LogStart } from '../../domain/log-start.ts';
import { type LogFolderRig, type LogRig, openLogFolder, until } from './log-files-rig.ts';

/** A busy machine takes its time. */
jest.setTimeout(60_000);

let rigs: LogFolderRig;
let log: string;

beforeEach(async () => {
  rigs = await openLogFolder();
  log = rigs.log;
});

afterEach(() => rigs.stopAll());

const backup = (at: number, end = ''): string =>
  join(rigs.folder, `audit-2026-11-2${at}T01-55-02.487.log${end}`);
const lineAt = (time: string): string => JSON.stringify({ stageTimestamp: time });
const midnight = Date.UTC(2026, 10, 25);

/** Two backups, the older one compressed, and the log. */
async function writeAll(): Promise<void> {
  await writeFile(backup(3, '.gz'), gzipSync('one\n'));
  await writeFile(backup(4), 'two\n');
  await writeFile(log, 'three\nfou');
}

async function linesFrom(from: LogStart | undefined, count: number): Promise<LogRig> {
  const rig = await rigs.start(from && { from });
  await until(() => rig.lines().length >= count);
  return rig;
}

describe('a log without a checkpoint', () => {
  it.each([undefined, { kind: 'beginning' } as const])(
    'is read from its oldest backup on, compressed or not: %j',
    async (from) => {
      await writeAll();
      const rig = await linesFrom(from, 3);
      await appendFile(log, 'r\n');
      await until(() => rig.lines().length >= 4);
      expect(rig.lines()).toEqual(['one', 'two', 'three', 'four']);
    },
  );

  it('is read from its end, which is the beginning of the line that is not ended', async () => {
    await writeAll();
    const rig = await rigs.start({ from: { kind: 'end' } });
    await until(async () => (await rigs.checkpoint())?.['offset'] === 6);
    await appendFile(log, 'r\nfive\n');
    await until(() => rig.lines().length >= 2);
    expect(rig.lines()).toEqual(['four', 'five']);
  });

  it('is read whole where it came after the first start, in whichever run', async () => {
    const from = { kind: 'end' } as const;
    const first = await rigs.start({ from });
    await until(() => first.logged.length > 0);
    await first.stop();
    await writeFile(backup(4), 'one\n');
    await writeFile(log, 'two\n');
    const rig = await linesFrom(from, 2);
    expect(rig.lines()).toEqual(['one', 'two']);
  });

  it('that is empty is read from its end through the next rotation', async () => {
    await writeFile(backup(3), 'before\n');
    await writeFile(log, '');
    await utimes(backup(3), midnight / 1_000, midnight / 1_000);
    const rig = await rigs.start({ from: { kind: 'end' } });
    await until(() => rig.metric('ingest_log_behind_bytes') !== undefined);
    await appendFile(log, 'one\n');
    await rename(log, backup(4));
    await writeFile(log, 'two\n');
    await until(() => rig.lines().length >= 2);
    expect(rig.lines()).toEqual(['one', 'two']);
  });

  it('is read from a time on: older files are passed over whole, then older lines', async () => {
    const files = [backup(3, '.gz'), backup(4), log];
    await writeFile(backup(3, '.gz'), gzipSync(`${lineAt('2026-11-26T00:00:00Z')}\n`));
    await writeFile(backup(4), `${lineAt('2026-11-24T22:00:00Z')}\nno event\n`);
    const [early, exact, late] = ['24T23:59:59.999999', '25T00:00:00.000000', '24T10:00:00'].map(
      (time) => lineAt(`2026-11-${time}Z`),
    );
    await writeFile(log, `${early}\n${exact}\n${late}\nno event\n`);
    const seconds = [midnight / 1_000 - 1, midnight / 1_000 + 1, midnight / 1_000 + 2];
    await Promise.all(files.map((file, at) => utimes(file, seconds[at] ?? 0, seconds[at] ?? 0)));
    const rig = await linesFrom({ kind: 'time', micros: midnight * 1_000 }, 3);
    expect(rig.lines()).toEqual([exact, late, 'no event']);
    expect(rig.logged).toEqual(['Lines before the time to begin with were passed over.']);
  });

  it('has no checkpoint before the first event of the time: it would begin without it again', async () => {
    const from = { kind: 'time', micros: midnight * 1_000 } as const;
    await writeFile(log, `${lineAt('2026-11-24T00:00:00Z')}\n`);
    const first = await rigs.start({ from });
    await until(() => first.metric('ingest_log_behind_bytes') === 0);
    await first.stop();
    expect(await rigs.checkpoint()).toBeUndefined();
    await appendFile(log, `${lineAt('2026-11-24T01:00:00Z')}\n${lineAt('2026-11-26T00:00:00Z')}\n`);
    const rig = await linesFrom(from, 1);
    expect(rig.lines()).toEqual([lineAt('2026-11-26T00:00:00Z')]);
  });
});

describe('a log with a checkpoint', () => {
  it.each<LogStart>([
    { kind: 'beginning' },
    { kind: 'end' },
    { kind: 'time', micros: Date.UTC(2030, 0, 1) * 1_000 },
  ])('is read on from there, whatever else it says: %j', async (from) => {
    await writeFile(log, 'one\n');
    const first = await linesFrom(undefined, 1);
    await first.stop();
    await appendFile(log, 'two\n');
    const rig = await linesFrom(from, 1);
    expect(rig.lines()).toEqual(['two']);
  });
});
