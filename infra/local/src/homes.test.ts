import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LockedEngine } from './artifacts.ts';
import { type HomeOptions, ensureHome, homePath } from './homes.ts';
import { KAFKA } from './kafka.ts';
import { type Progress } from './progress.ts';

const CONTENT = 'the jar';
const LOCKED: LockedEngine = {
  version: '4.3.0',
  artifacts: [
    {
      coordinates: 'g:a:jar:1',
      sha256: createHash('sha256').update(CONTENT).digest('hex'),
      bytes: CONTENT.length,
    },
  ],
};

/** Stands in for Maven: it notes its call, and puts `served` where a download would lie. */
const FAKE_MAVEN = `#!/bin/sh
for argument in "$@"; do
  case "$argument" in
    -DoutputDirectory=*) out="\${argument#*=}" ;;
    -Dmaven.repo.local=*) repository="\${argument#*=}" ;;
  esac
done
echo "$JAVA_HOME" >> "$FAKE/calls"
[ -f "$FAKE/fail" ] && { echo "[ERROR] Connection refused"; exit 1; }
mkdir -p "$out" "$repository/g/a/1"
cp "$FAKE/served" "$repository/g/a/1/a-1.jar"
cp "$FAKE/served" "$out/a-1.jar"
`;

describe('ensureHome', () => {
  let root: string;
  let options: HomeOptions;
  let progress: Progress[];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'auditstream-homes-'));
    await mkdir(join(root, 'bin'));
    await writeFile(join(root, 'bin', 'mvn'), FAKE_MAVEN, { mode: 0o755 });
    await writeFile(join(root, 'served'), CONTENT);
    progress = [];
    options = {
      cacheDir: join(root, 'cache'),
      javaHome: '/jdk',
      env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, FAKE: root },
      onProgress: (step) => progress.push(step),
    };
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  const calls = async (): Promise<string[]> =>
    (await readFile(join(root, 'calls'), 'utf8')).trim().split('\n');

  it('lays a home out once, with the JDK that was found', async () => {
    const home = await ensureHome(KAFKA, LOCKED, options);
    expect(await readFile(join(home, 'libs', 'a-1.jar'), 'utf8')).toBe(CONTENT);
    expect(await ensureHome(KAFKA, LOCKED, options)).toBe(home);
    expect(await calls()).toEqual(['/jdk']);
    expect(progress.at(-1)).toEqual({ engine: 'kafka', phase: 'unpack', done: 1, total: 1 });
  });

  it('refuses a wrong checksum, uses nothing of it, and heals when the right file is served', async () => {
    await writeFile(join(root, 'served'), 'another jar');
    await expect(ensureHome(KAFKA, LOCKED, options)).rejects.toMatchObject({
      code: 'checksum-mismatch',
      message: expect.stringMatching(/^g:a:jar:1 was refused: its SHA-256 is [0-9a-f]{64}, /),
    });
    await expect(access(homePath(options.cacheDir, KAFKA, LOCKED))).rejects.toThrow();
    await expect(access(join(options.cacheDir, 'm2/g/a/1'))).rejects.toThrow();
    await writeFile(join(root, 'served'), CONTENT);
    await ensureHome(KAFKA, LOCKED, options);
  });

  it('leaves nothing behind where Maven fails, and says what Maven said', async () => {
    await writeFile(join(root, 'fail'), '');
    await expect(ensureHome(KAFKA, LOCKED, options)).rejects.toMatchObject({
      code: 'maven-failed',
      retryable: true,
      message: expect.stringContaining('Connection refused'),
    });
    expect(await readdir(join(options.cacheDir, 'tmp'))).toEqual([]);
  });

  it('says which program is missing', async () => {
    const env = { PATH: join(root, 'nothing') };
    await expect(ensureHome(KAFKA, LOCKED, { ...options, env })).rejects.toMatchObject({
      code: 'maven-missing',
    });
  });

  it('downloads once for two that start at the same time', async () => {
    const homes = await Promise.all([
      ensureHome(KAFKA, LOCKED, options),
      ensureHome(KAFKA, LOCKED, options),
    ]);
    expect(homes[0]).toBe(homes[1]);
    expect(await calls()).toHaveLength(1);
  });

  it('takes another lock for another home', () => {
    const other = { ...LOCKED, artifacts: [] };
    expect(homePath('/c', KAFKA, other)).not.toBe(homePath('/c', KAFKA, LOCKED));
  });
});
