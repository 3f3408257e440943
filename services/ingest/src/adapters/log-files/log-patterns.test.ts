import { appendFile, link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { type LogFolderRig, type LogRig, openLogFolder, until } from './log-files-rig.ts';

/** A busy machine takes its time. */
jest.setTimeout(60_000);

let rigs: LogFolderRig;
let at: (...names: readonly string[]) => string;

beforeEach(async () => {
  rigs = await openLogFolder();
  at = (...names) => join(rigs.folder, ...names);
  await Promise.all([mkdir(at('a')), mkdir(at('b'))]);
});

afterEach(() => rigs.stopAll());

const sorted = (rig: LogRig): readonly string[] => [...rig.lines()].sort();
const count = (rig: LogRig, state: 'followed' | 'over_limit'): number | undefined =>
  rig.metric('ingest_log_files', { cluster: 'sample', state });

/** Every line that comes, once so many have come and nothing else is found any more. */
async function linesOf(rig: LogRig, expected: readonly string[]): Promise<void> {
  await until(() => rig.lines().length >= expected.length);
  expect(sorted(rig)).toEqual([...expected].sort());
}

describe('a pattern', () => {
  it('stands for the files that match it, and for those that come to match it', async () => {
    await writeFile(at('a', 'audit.log'), 'one\n');
    await writeFile(at('a', 'other.log'), 'no\n');
    const rig = await rigs.start({ files: [at('*', 'audit*.log')] });
    await linesOf(rig, ['one']);
    await writeFile(at('b', 'audit-b.log'), 'two\n');
    await mkdir(at('c'));
    await writeFile(at('c', 'audit.log'), 'three\n');
    await linesOf(rig, ['one', 'two', 'three']);
    expect(count(rig, 'followed')).toBe(3);
  });

  it('does not stand for what a followed file was before, compressed or not', async () => {
    const name = at('a', 'audit-2026-11-22T01-55-02.487.log');
    await writeFile(at('a', 'audit-2026-11-21T01-55-02.487.log.gz'), gzipSync('one\n'));
    await writeFile(name, 'two\n');
    await writeFile(at('a', 'audit.log'), 'three\n');
    const rig = await rigs.start({ files: [at('*', 'audit*')] });
    await linesOf(rig, ['one', 'two', 'three']);
    expect(rig.lines()).toEqual(['one', 'two', 'three']);
    expect(count(rig, 'followed')).toBe(1);
  });

  it('lets files go that vanish, read to their end, and takes them up again', async () => {
    await writeFile(at('a', 'audit.log'), 'one\n');
    const rig = await rigs.start({ files: [at('*', 'audit.log')] });
    await linesOf(rig, ['one']);
    await appendFile(at('a', 'audit.log'), 'two\n');
    await rename(at('a', 'audit.log'), at('away'));
    await until(() => count(rig, 'followed') === 0);
    await linesOf(rig, ['one', 'two']);
    await appendFile(at('away'), 'three\n');
    await rename(at('away'), at('a', 'audit.log'));
    await linesOf(rig, ['one', 'two', 'three']);
  });

  it('that nothing matches is told once', async () => {
    const rig = await rigs.start({ files: [at('c', '*.log')] });
    await until(() => rig.logged.length > 0);
    await mkdir(at('c'));
    await writeFile(at('c', 'audit.log'), 'one\n');
    await linesOf(rig, ['one']);
    expect(rig.logged).toEqual(['No log file matches.']);
  });

  it('stands for no more files than may be followed; the others wait, which is told', async () => {
    for (const name of ['1.log', '2.log', '3.log']) await writeFile(at('a', name), `${name}\n`);
    const rig = await rigs.start({ files: [at('a', '*.log')], maxFiles: 2 });
    await until(() => count(rig, 'over_limit') === 1);
    await linesOf(rig, ['1.log', '2.log']);
    expect(rig.logged).toEqual([expect.stringMatching(/^More log files match than are followed/)]);
    await rm(at('a', '1.log'));
    await linesOf(rig, ['1.log', '2.log', '3.log']);
    await until(() => count(rig, 'over_limit') === 0);
  });

  it('with a backslash before its characters is a name', async () => {
    await writeFile(at('a', 'audit[1].log'), 'one\n');
    await writeFile(at('a', 'audit1.log'), 'no\n');
    const rig = await rigs.start({ files: [at('a', 'audit\\[1\\].log')] });
    await linesOf(rig, ['one']);
    expect(count(rig, 'followed')).toBe(1);
  });
});

describe('a link', () => {
  it('is followed to what it names, with the backups that lie there', async () => {
    await writeFile(at('b', '0.log.20261121-010203.gz'), gzipSync('one\n'));
    await writeFile(at('b', '0.log'), 'two\n');
    await symlink(at('b', '0.log'), at('a', 'audit.log'));
    const rig = await rigs.start({ files: [at('a', '*.log')] });
    await linesOf(rig, ['one', 'two']);
    await rename(at('b', '0.log'), at('b', '0.log.20261122-010203'));
    await appendFile(at('b', '0.log.20261122-010203'), 'three\n');
    await writeFile(at('b', '0.log'), 'four\n');
    await linesOf(rig, ['one', 'two', 'three', 'four']);
    expect(rig.lines()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('that is set to another file is read to the end of the former one first', async () => {
    await writeFile(at('b', '0.log'), 'one\n');
    await symlink(at('b', '0.log'), at('a', 'audit.log'));
    const first = await rigs.start({ files: [at('a', '*.log')] });
    await linesOf(first, ['one']);
    await first.stop();
    await appendFile(at('b', '0.log'), 'two\n');
    await writeFile(at('b', '1.log'), 'three\n');
    await rm(at('a', 'audit.log'));
    await symlink(at('b', '1.log'), at('a', 'audit.log'));
    const rig = await rigs.start({ files: [at('a', '*.log')] });
    await linesOf(rig, ['two', 'three']);
    expect(rig.lines()).toEqual(['two', 'three']);
    expect(rig.notices).toEqual([]);
  });

  it('to a file that is followed under its own name is passed over', async () => {
    await writeFile(at('a', 'audit.log'), 'one\n');
    await symlink(at('a', 'audit.log'), at('b', 'symbolic.log'));
    await link(at('a', 'audit.log'), at('b', 'hard.log'));
    const rig = await rigs.start({ files: [at('*', '*.log')] });
    await linesOf(rig, ['one']);
    await writeFile(at('b', 'more.log'), 'two\n');
    await linesOf(rig, ['one', 'two']);
    expect(count(rig, 'followed')).toBe(2);
  });

  it('to itself harms nothing', async () => {
    await symlink(at('a'), at('a', 'loop'));
    await symlink('audit.log', at('a', 'audit.log'));
    await writeFile(at('b', 'audit.log'), 'one\n');
    const rig = await rigs.start({ files: [at('**', 'audit.log')] });
    await linesOf(rig, ['one']);
  });
});
