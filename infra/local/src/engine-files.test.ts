import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from './engine-files.ts';

describe('replaceFile', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'auditstream-files-'));
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it('replaces a link instead of writing through it, and leaves no draft', async () => {
    const [path, elsewhere] = [join(root, 'config'), join(root, 'elsewhere')];
    await writeFile(elsewhere, 'untouched', { mode: 0o600 });
    await symlink(elsewhere, path);
    await replaceFile(path, 'ours');
    expect((await lstat(path)).isFile()).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o644);
    expect(await readFile(path, 'utf8')).toBe('ours');
    expect(await readFile(elsewhere, 'utf8')).toBe('untouched');
    expect((await stat(elsewhere)).mode & 0o777).toBe(0o600);
    expect((await readdir(root)).sort()).toEqual(['config', 'elsewhere']);
  });
});
