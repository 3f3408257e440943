import { access, chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import {
  type Coordinates,
  type LockedArtifact,
  type LockedEngine,
  fileName,
  parseCoordinates,
  repositoryFolder,
  verifyArtifact,
} from './artifacts.ts';
import { CACHE_NEED, assertDiskSpace } from './disk.ts';
import { throwIfCancelled } from './errors.ts';
import { withFileLock } from './file-lock.ts';
import { pomToCopy, runMaven } from './maven.ts';
import { type OnProgress } from './progress.ts';
import { type EngineSpec } from './spec.ts';

/** Raised when the way in which homes are laid out changes, so that old ones aren't taken for new. */
const LAYOUT_FORMAT = 1;
const PROGRESS_MS = 250;

export interface HomeOptions {
  readonly cacheDir: string;
  readonly javaHome: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal | undefined;
}

/** An artifact of the lock with its coordinates read. */
type Wanted = LockedArtifact & { readonly at: Coordinates };

/** Where an engine's programs are kept; another lock or layout is another folder. */
export function homePath(cacheDir: string, spec: EngineSpec, locked: LockedEngine): string {
  const content = JSON.stringify([LAYOUT_FORMAT, locked.artifacts]);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return join(cacheDir, 'homes', `${spec.name}-${spec.version}-${digest}`);
}

/**
 * The folder of an engine's programs, laid out from verified downloads unless it is there
 * already. It is put together in a temporary folder and renamed when it is whole, so a crash
 * or a second start at the same time leaves no half of one.
 * Throws `maven-missing`, `maven-failed`, `checksum-mismatch`, `disk-space`, `unpack-failed`.
 */
export async function ensureHome(
  spec: EngineSpec,
  locked: LockedEngine,
  options: HomeOptions,
): Promise<string> {
  const home = homePath(options.cacheDir, spec, locked);
  if (await exists(home)) return home;
  await assertDiskSpace(options.cacheDir, CACHE_NEED);
  await makePassable(options.cacheDir);
  const onWait = (): void => {
    options.onProgress({ engine: spec.name, phase: 'wait', done: 0, total: 1 });
  };
  const work = async (): Promise<void> => {
    if (!(await exists(home))) await layOut(spec, locked, { ...options, home });
  };
  const { signal } = options;
  await withFileLock(join(options.cacheDir, 'download.lock'), work, { onWait, signal });
  return home;
}

async function layOut(
  spec: EngineSpec,
  locked: LockedEngine,
  options: HomeOptions & { readonly home: string },
): Promise<void> {
  const temp = join(options.cacheDir, 'tmp', `${spec.name}-${process.pid}-${Date.now()}`);
  const draft = join(temp, 'home');
  const wanted = locked.artifacts.map((entry) => ({
    ...entry,
    at: parseCoordinates(entry.coordinates),
  }));
  await rm(join(options.cacheDir, 'tmp'), { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    await download(spec, wanted, { ...options, temp });
    await placeVerified(spec, wanted, { ...options, temp, draft });
    options.onProgress({ engine: spec.name, phase: 'unpack', done: 0, total: 1 });
    await spec.completeHome?.(draft);
    await makeReadable(draft);
    await makePassable(dirname(options.home));
    await rename(draft, options.home);
    options.onProgress({ engine: spec.name, phase: 'unpack', done: 1, total: 1 });
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

async function download(
  spec: EngineSpec,
  wanted: readonly Wanted[],
  options: HomeOptions & { readonly temp: string },
): Promise<void> {
  const { temp, cacheDir, onProgress, javaHome, env, signal } = options;
  const repository = join(cacheDir, 'm2');
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  const report = (done: number): void => {
    onProgress({ engine: spec.name, phase: 'download', done, total });
  };
  const pom = join(temp, 'pom.xml');
  await writeFile(pom, pomToCopy(wanted.map(({ at }) => at)));
  report(0);
  const timer = setInterval(() => {
    void downloadedBytes(repository, wanted).then((done) => {
      report(Math.min(done, total - 1));
    });
  }, PROGRESS_MS);
  const outputDir = join(temp, 'files');
  try {
    await runMaven({ goal: 'copy', pom, repository, outputDir, javaHome, env, signal });
  } finally {
    clearInterval(timer);
  }
  report(total);
}

/** Maven says nothing of use in batch mode, but its repository (with its partial files) grows. */
async function downloadedBytes(repository: string, wanted: readonly Wanted[]): Promise<number> {
  const sizes = wanted.map(async ({ at, bytes }) => {
    const folder = join(repository, repositoryFolder(at));
    const names = await readdir(folder).catch(() => []);
    const parts = names.filter((name) => name.startsWith(fileName(at)) && !name.endsWith('.sha1'));
    const stats = await Promise.all(parts.map((name) => sizeOf(join(folder, name))));
    return Math.min(bytes, Math.max(0, ...stats));
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function placeVerified(
  spec: EngineSpec,
  wanted: readonly Wanted[],
  options: HomeOptions & { readonly temp: string; readonly draft: string },
): Promise<void> {
  const { draft, temp, cacheDir, onProgress, signal } = options;
  onProgress({ engine: spec.name, phase: 'check', done: 0, total: 1 });
  for (const artifact of wanted) {
    throwIfCancelled(signal);
    const name = fileName(artifact.at);
    const file = join(temp, 'files', name);
    await verifyOrDiscard(file, artifact, join(cacheDir, 'm2'));
    const folder = join(draft, spec.place(artifact.at) ?? '.');
    await mkdir(folder, { recursive: true });
    await rename(file, join(folder, name));
  }
  onProgress({ engine: spec.name, phase: 'check', done: 1, total: 1 });
}

/** A refused file also leaves the repository, or a broken download would be refused for ever. */
async function verifyOrDiscard(file: string, artifact: Wanted, repository: string): Promise<void> {
  try {
    await verifyArtifact(file, artifact);
  } catch (error) {
    await rm(join(repository, repositoryFolder(artifact.at)), { recursive: true, force: true });
    throw error;
  }
}

/** Makes a folder that others may enter, whatever the umask; one that is there stays as it is. */
async function makePassable(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined) await chmod(folder, 0o755);
}

/** Whatever the umask: for root, another user runs the engines and has to read these files. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
