import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import {
  type Coordinates,
  ENGINE_NAMES,
  LOCK_FILE,
  type LockedArtifact,
  type LockedEngine,
  parseCoordinates,
  sha256Of,
} from '../artifacts.ts';
import { findJdk } from '../jdk.ts';
import { pomToResolve, runMaven } from '../maven.ts';
import { SPECS } from '../specs.ts';
import { type EngineSpec } from '../spec.ts';

/**
 * Writes artifacts.lock.json: resolves each engine's roots with their dependencies and notes the
 * SHA-256 of every file that is used. Run it when a version changes, and read the difference.
 */
async function main(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'auditstream-lock-'));
  try {
    const lock: Record<string, LockedEngine> = {};
    for (const name of ENGINE_NAMES) lock[name] = await lockEngine(SPECS[name], work);
    await writeFile(LOCK_FILE, `${JSON.stringify(lock, undefined, 2)}\n`);
  } finally {
    await rm(work, { recursive: true });
  }
}

async function lockEngine(spec: EngineSpec, work: string): Promise<LockedEngine> {
  const outputDir = join(work, spec.name);
  const pom = join(work, `${spec.name}.pom`);
  await writeFile(pom, pomToResolve(spec.roots.map(parseCoordinates)));
  await runMaven({
    goal: 'copy-dependencies',
    pom,
    repository: join(work, 'repository'),
    outputDir,
    javaHome: (await findJdk({ env: process.env })).home,
    args: ['-DincludeScope=runtime', '-Dmdep.useRepositoryLayout=true'],
    env: process.env,
  });
  const files = await artifactsBelow(outputDir);
  const locked = await Promise.all(files.map((file) => lockFile(file, outputDir, spec)));
  const artifacts = locked.filter((entry) => entry !== undefined);
  artifacts.sort((a, b) => (a.coordinates < b.coordinates ? -1 : 1));
  return { version: spec.version, artifacts };
}

async function lockFile(
  file: string,
  root: string,
  spec: EngineSpec,
): Promise<LockedArtifact | undefined> {
  const coordinates = coordinatesOf(relative(root, file));
  if (spec.place(coordinates) === undefined) return undefined;
  const { group, artifact, type, classifier, version } = coordinates;
  const parts = [group, artifact, type, ...(classifier ? [classifier] : []), version];
  const { size } = await stat(file);
  return { coordinates: parts.join(':'), sha256: await sha256Of(file), bytes: size };
}

/** Reads the coordinates out of a path in a Maven repository: group/artifact/version/file. */
function coordinatesOf(path: string): Coordinates {
  const folders = dirname(path).split(sep);
  const [artifact = '', version = ''] = folders.slice(-2);
  const group = folders.slice(0, -2).join('.');
  const rest = basename(path).slice(`${artifact}-${version}`.length);
  const [, classifier, type = ''] = /^(?:-([^.]+))?\.(.+)$/.exec(rest) ?? [];
  return { group, artifact, version, type, ...(classifier ? { classifier } : {}) };
}

async function artifactsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const artifacts = entries.filter(
    (entry) => entry.isFile() && /\.(jar|tar\.gz)$/.test(entry.name),
  );
  return artifacts.map((entry) => join(entry.parentPath, entry.name));
}

await main();
