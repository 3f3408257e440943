/** Finds the files that the paths and patterns of a source stand for. */
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { isCompressedName, rotationOf } from '../../domain/rotated-name.ts';
import { fileIdOf } from './file-place.ts';

export interface FoundFile {
  readonly path: string;
  /** Device and inode; undefined where the path names nothing. */
  readonly identity: string | undefined;
  /** It was found by a pattern, so that it may come and go. */
  readonly isMatched: boolean;
}

/** Folders below the fixed part of a pattern that `**` may go down. */
const maxDepth = 16;

function isPattern(path: string): boolean {
  return isDynamicPattern(path);
}

/** A path whose special characters are escaped, as it is named. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([*?[\]{}()!+@])/g, '$1');
}

/**
 * Every path that is given, and every file that matches a pattern; in the order of their names. Compressed
 * files are left out: they are what others were.
 */
export async function findLogFiles(files: readonly string[]): Promise<readonly FoundFile[]> {
  const patterns = files.filter(isPattern);
  const given = files.filter((file) => !isPattern(file)).map(unescaped);
  const matched = patterns.length === 0 ? [] : await matches(patterns);
  const isGiven = new Set(given);
  const paths = [...given, ...matched.filter((path) => !isGiven.has(path)).sort()];
  return Promise.all(
    paths.map(async (path) => {
      const isMatched = !isGiven.has(path);
      return { path, isMatched, identity: await identityOf(path) };
    }),
  );
}

async function matches(patterns: readonly string[]): Promise<readonly string[]> {
  const found = await glob(patterns, {
    ...{ absolute: true, onlyFiles: true, followSymbolicLinks: true, expandDirectories: false },
    ...{ dot: true, deep: maxDepth },
  });
  return found.filter((path) => !isCompressedName(path));
}

async function identityOf(path: string): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  const { device, inode } = fileIdOf(stats);
  return `${device}:${inode}`;
}

/** Whether a path is what one of the others was before a rotation. */
export function isRotatedOf(path: string, others: readonly string[]): boolean {
  const [folder, name] = [dirname(path), basename(path)];
  return others.some(
    (other) =>
      other !== path &&
      dirname(other) === folder &&
      rotationOf(name, basename(other)) !== undefined,
  );
}
