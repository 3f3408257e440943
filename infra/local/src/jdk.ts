import { execFile } from 'node:child_process';
import { readFile, readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LocalEngineError } from './errors.ts';

/** OpenSearch 3 needs Java 21; the other engines run on it too, so one JDK serves all. */
const MINIMUM_JAVA = 21;

export interface Jdk {
  readonly home: string;
  /** Feature release, such as 21 or 25. */
  readonly major: number;
}

export interface JdkSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders that hold JDK homes; the usual ones of this machine unless given. */
  readonly folders?: readonly string[];
}

/**
 * The JDK to run engines with: JAVA_HOME, else the one on the PATH, else the usual folders, each
 * only if it is new enough. Throws `jdk-missing` with what was seen.
 */
export async function findJdk(search: JdkSearch): Promise<Jdk> {
  const seen: Jdk[] = [];
  for (const home of await preferredHomes(search.env)) await look(home, seen);
  const preferred = seen.find(isNewEnough);
  if (preferred) return preferred;
  const folders = search.folders ?? usualFolders(search.env);
  for (const home of await homesIn(folders)) await look(home, seen);
  return chooseJdk(seen);
}

/** Of several JDKs the oldest that suffices: the nearest to what the engines were built for. */
export function chooseJdk(seen: readonly Jdk[]): Jdk {
  const [best] = seen.filter(isNewEnough).sort((a, b) => a.major - b.major);
  if (best) return best;
  const found = [...new Set(seen.map((jdk) => `${jdk.major} in ${jdk.home}`))].join(', ');
  throw new LocalEngineError(
    'jdk-missing',
    `The engines need a JDK ${MINIMUM_JAVA} or newer, and ${found === '' ? 'none was found' : `only Java ${found} was found`}: ` +
      `install one (for example Temurin ${MINIMUM_JAVA}) and set JAVA_HOME to it, or use --engines docker.`,
  );
}

/** The feature release in a version text: `21.0.2`, `25`, `1.8.0_392` (which is 8), `22-ea`. */
export function javaMajor(version: string): number | undefined {
  const match = /^(?:1\.)?(\d+)/.exec(version.trim());
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** The version text in a JDK's `release` file, or in what `java -version` prints. */
export function javaVersionIn(text: string): string | undefined {
  return (/^JAVA_VERSION="([^"]+)"/m.exec(text) ?? /version "([^"]+)"/.exec(text))?.[1];
}

function isNewEnough(jdk: Jdk): boolean {
  return jdk.major >= MINIMUM_JAVA;
}

async function look(home: string, seen: Jdk[]): Promise<void> {
  const version = (await versionFromRelease(home)) ?? (await versionFromJava(home));
  const major = version === undefined ? undefined : javaMajor(version);
  if (major !== undefined) seen.push({ home, major });
}

async function versionFromRelease(home: string): Promise<string | undefined> {
  const java = await realpath(join(home, 'bin', 'java')).catch(() => undefined);
  if (java === undefined) return undefined;
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '');
  return javaVersionIn(release);
}

async function versionFromJava(home: string): Promise<string | undefined> {
  try {
    const { stderr, stdout } = await promisify(execFile)(join(home, 'bin', 'java'), ['-version']);
    return javaVersionIn(stderr + stdout);
  } catch {
    return undefined;
  }
}

async function preferredHomes(env: JdkSearch['env']): Promise<string[]> {
  const homes = env['JAVA_HOME'] ? [env['JAVA_HOME']] : [];
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const java = await realpath(join(folder, 'java')).catch(() => undefined);
    if (java !== undefined) homes.push(dirname(dirname(java)));
  }
  return homes;
}

function usualFolders(env: JdkSearch['env']): string[] {
  const home = env['HOME'] ?? '/';
  return [
    '/usr/lib/jvm',
    '/opt',
    '/opt/java',
    join(env['SDKMAN_DIR'] ?? join(home, '.sdkman'), 'candidates', 'java'),
    join(home, '.jdks'),
    '/Library/Java/JavaVirtualMachines',
    join(home, 'Library/Java/JavaVirtualMachines'),
  ];
}

async function homesIn(folders: readonly string[]): Promise<string[]> {
  const homes: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.sort()) {
      homes.push(join(folder, name), join(folder, name, 'Contents', 'Home'));
    }
  }
  return homes;
}
