import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { LocalEngineError } from './errors.ts';

export const ENGINE_NAMES = ['kafka', 'registry', 'opensearch'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** One Maven artifact. `type` is its packaging (jar, tar.gz). */
export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly type: string;
  readonly classifier?: string;
  readonly version: string;
}

/** One line of the lock: what is downloaded and what it has to be. */
export interface LockedArtifact {
  /** `group:artifact:type[:classifier]:version`, Maven's own spelling. */
  readonly coordinates: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface LockedEngine {
  readonly version: string;
  readonly artifacts: readonly LockedArtifact[];
}

export type Lock = Readonly<Record<EngineName, LockedEngine>>;

export const LOCK_FILE = new URL('../artifacts.lock.json', import.meta.url);

/** The committed list of every file that an engine is laid out from. */
export function readLock(): Lock {
  return JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as Lock;
}

/** Reads `group:artifact:type[:classifier]:version`; throws `setting-invalid` on anything else. */
export function parseCoordinates(text: string): Coordinates {
  const parts = text.split(':');
  const [group, artifact, type] = parts;
  const version = parts.at(-1);
  const known = parts.length === 4 || parts.length === 5;
  if (!known || !group || !artifact || !type || !version) {
    throw new LocalEngineError(
      'setting-invalid',
      `"${text}" is no Maven artifact: write group:artifact:type[:classifier]:version.`,
    );
  }
  const classifier = parts.length === 5 ? parts[3] : undefined;
  return { group, artifact, type, version, ...(classifier ? { classifier } : {}) };
}

/** The artifact's file name in a Maven repository, such as `re2j-1.8.jar`. */
export function fileName({ artifact, version, classifier, type }: Coordinates): string {
  return `${artifact}-${version}${classifier === undefined ? '' : `-${classifier}`}.${type}`;
}

/** The artifact's folder in a Maven repository, relative to the repository. */
export function repositoryFolder({ group, artifact, version }: Coordinates): string {
  return [...group.split('.'), artifact, version].join('/');
}

/** SHA-256 of a file, lower-case hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Throws `checksum-mismatch` where the file is not the one that the lock names. */
export async function verifyArtifact(path: string, locked: LockedArtifact): Promise<void> {
  const actual = await sha256Of(path);
  if (actual === locked.sha256) return;
  throw new LocalEngineError(
    'checksum-mismatch',
    `${locked.coordinates} was refused: its SHA-256 is ${actual}, artifacts.lock.json asks for ` +
      `${locked.sha256}. The download was removed; start again, and if it fails again find out ` +
      `what your Maven mirror serves.`,
  );
}
