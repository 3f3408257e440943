import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { access, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineStatus, stopFromState } from './control.ts';
import { DEFAULT_PORTS } from './ports.ts';
import { identityOf } from './process.ts';
import {
  claimDataDir,
  emptyEngineData,
  engineDir,
  readState,
  stateRecorder,
  writeState,
} from './state.ts';

describe('a data folder', () => {
  let root: string;
  let dataDir: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'auditstream-state-'));
    dataDir = join(root, 'data');
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it('is made, can be passed by others but not read, and stays ours', async () => {
    await claimDataDir(dataDir);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o711);
    await writeFile(join(dataDir, 'more'), '');
    await claimDataDir(dataDir);
  });

  it('that holds what is not ours is refused and left alone', async () => {
    const thesis = join(dataDir, 'engines', 'kafka', 'thesis.txt');
    await mkdir(join(dataDir, 'engines', 'kafka'), { recursive: true });
    await writeFile(thesis, 'years of work');
    const refused = { code: 'folder-not-ours', message: expect.stringContaining(dataDir) };
    await expect(claimDataDir(dataDir)).rejects.toMatchObject(refused);
    await expect(emptyEngineData(dataDir)).rejects.toMatchObject(refused);
    expect(await readFile(thesis, 'utf8')).toBe('years of work');
  });

  it('of another user is refused, marker or not', async () => {
    await claimDataDir(dataDir);
    const { uid } = await stat(dataDir);
    await expect(claimDataDir(dataDir, uid + 1)).rejects.toMatchObject({ code: 'folder-not-ours' });
  });

  it.each(['', 'null', '[1]', '{"kafka":{"pid":-1}}', '{"kafka":{"pid":0,"identity":"x"}}'])(
    'whose state is %j stops nothing, and says so',
    async (text) => {
      await claimDataDir(dataDir);
      await writeFile(join(dataDir, 'engines.json'), text);
      await expect(stopFromState(dataDir)).rejects.toMatchObject({ code: 'state-unreadable' });
    },
  );

  it("loses the engines' data when it is emptied, and nothing else", async () => {
    await claimDataDir(dataDir);
    await mkdir(join(engineDir(dataDir, 'kafka'), 'data'), { recursive: true });
    await writeFile(join(dataDir, 'spool'), 'kept');
    await emptyEngineData(dataDir);
    await expect(access(engineDir(dataDir, 'kafka'))).rejects.toThrow();
    expect(await readFile(join(dataDir, 'spool'), 'utf8')).toBe('kept');
  });

  it('notes engines that are started at the same time', async () => {
    await claimDataDir(dataDir);
    const record = stateRecorder(dataDir);
    const engine = { pid: 1, identity: 'x', version: '1', ports: DEFAULT_PORTS };
    await Promise.all([record('kafka', engine), record('opensearch', { ...engine, pid: 2 })]);
    expect(await readState(dataDir)).toEqual({ kafka: engine, opensearch: { ...engine, pid: 2 } });
  });

  it('knows an engine that has ended from a stranger with its pid, and spares the stranger', async () => {
    await claimDataDir(dataDir);
    const engine = { version: '4.3.0', ports: DEFAULT_PORTS };
    const { pid } = process;
    await writeState(dataDir, { kafka: { pid, identity: 'of another time', ...engine } });
    expect(await engineStatus(dataDir)).toContainEqual({ name: 'kafka', state: 'stopped' });
    expect(await stopFromState(dataDir)).toEqual([]);
    expect(await identityOf(pid)).toBeDefined();
  });

  it('that was never used has nothing to stop, and is not made by asking', async () => {
    expect(await stopFromState(dataDir)).toEqual([]);
    expect((await engineStatus(dataDir)).map(({ state }) => state)).toEqual(
      Array.from({ length: 3 }, () => 'stopped'),
    );
    await expect(access(dataDir)).rejects.toThrow();
  });
});
