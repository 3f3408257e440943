import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { maxLineBytes } from '../../domain/rejection.ts';
import { type LogFolderRig, openLogFolder, until } from './log-files-rig.ts';

/** A busy machine takes its time. */
jest.setTimeout(60_000);

let rigs: LogFolderRig;
let log: string;

beforeEach(async () => {
  rigs = await openLogFolder();
  log = rigs.log;
});

afterEach(() => rigs.stopAll());

describe('a log with what is no line', () => {
  it('gives the lines around zeros that a loss of power left, and tells them', async () => {
    await writeFile(log, 'one\n{"cut');
    await truncate(log, 5_000_000);
    const rig = await rigs.start();
    await until(() => rig.lines().length >= 1);
    await appendFile(log, 'two\nthree\n');
    await until(() => rig.lines().length >= 4);
    expect(rig.lines()).toEqual(['one', '{"cut', 'two', 'three']);
    expect(rig.metric('ingest_log_zero_bytes_total')).toBe(5_000_000 - 9);
    expect(rig.logged).toEqual([expect.stringMatching(/^A log file has zeros/)]);
    await until(async () => (await rigs.checkpoint())?.['offset'] === 5_000_010);
  });

  it('waits with zeros at its end: their bytes may be on their way', async () => {
    await writeFile(log, 'one\n');
    await truncate(log, 8);
    const rig = await rigs.start();
    await until(() => rig.lines().length >= 1);
    await writeFile(log, 'one\ntwo\n', { flag: 'r+' });
    await until(() => rig.lines().length >= 2);
    expect(rig.lines()).toEqual(['one', 'two']);
    expect(rig.metric('ingest_log_zero_bytes_total')).toBeUndefined();
  });

  it('is read on behind a restart in the middle of zeros', async () => {
    await writeFile(log, 'one\n');
    await truncate(log, 3_000_000);
    const first = await rigs.start();
    await until(() => first.lines().length >= 1);
    await first.stop();
    await appendFile(log, 'two\n');
    const rig = await rigs.start();
    await until(() => rig.lines().length >= 1);
    expect(rig.lines()).toEqual(['two']);
    expect(rig.notices).toEqual([]);
  });

  it('gives binary garbage as the lines that it makes, to be rejected, and those around it', async () => {
    const garbage = Buffer.from([0xff, 0xfe, 0x0a, 0x80, 0x1b, 0x0d, 0x0a]);
    await writeFile(log, Buffer.concat([Buffer.from('one\n'), garbage, Buffer.from('two\n')]));
    const rig = await rigs.start();
    await until(() => rig.deliveries.flatMap(({ items }) => items).length >= 4);
    const given = rig.deliveries.flatMap(({ items }) => items).map((item) => item.toString('hex'));
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    expect(given).toEqual([hex('one'), 'fffe', '801b', hex('two')]);
  });

  it('has a line over the bound between two others: both come', async () => {
    await writeFile(log, 'one\n');
    await appendFile(log, Buffer.alloc(maxLineBytes + 1, 'x'));
    await appendFile(log, '\ntwo\n');
    const rig = await rigs.start();
    await until(() => rig.lines().length >= 2);
    expect(rig.lines()).toEqual(['one', 'two']);
    expect(rig.deliveries.flatMap(({ oversized }) => oversized)).toEqual([maxLineBytes + 1]);
  });
});

describe('catching up', () => {
  it('is told as long as it lasts, and that it is over', async () => {
    const line = `${'x'.repeat(999)}\n`;
    await writeFile(log, line.repeat(20_000));
    let clock = 0;
    const rig = await rigs.start({ now: () => (clock += 1), times: { progressMs: 1 } });
    await until(() => rig.lines().length === 20_000);
    await until(() => rig.metric('ingest_log_behind_bytes') === 0);
    await until(() => rig.logged.includes('A log file has been caught up with.'));
    const [first, last] = [rig.logged[0], rig.logged.at(-1)];
    expect(first).toBe('A log file is being caught up with.');
    expect(last).toBe('A log file has been caught up with.');
  });
});
