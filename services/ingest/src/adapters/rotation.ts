/** Finds what a log file was renamed to, so that nothing is passed over when it rotates more than once. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { type FileId, fileIdOf, isSameFile, type Place } from './file-place.ts';

export interface NextFile {
  readonly path: string;
  readonly id: FileId;
  /** The file of the place is gone: nobody knows what was written to it later. */
  readonly isFormerGone: boolean;
}

/**
 * The oldest file that may hold what is not accepted yet: the rest of the one that the place is in, then
 * those that came after it, then what the path names now. Rejects while the path names nothing.
 */
export async function nextFile(path: string, place: Place | undefined): Promise<NextFile> {
  const current = { path, id: fileIdOf(await stat(path, { bigint: true })) };
  if (place === undefined || isSameFile(current.id, place.file)) {
    return { ...current, isFormerGone: false };
  }
  const rotated = await rotatedFiles(path);
  const former = rotated.find(({ id }) => isSameFile(id, place.file));
  if (former !== undefined && former.size > place.offset) return { ...former, isFormerGone: false };
  const since = former?.modified ?? (place.modified === undefined ? null : BigInt(place.modified));
  const isLater = ({ id, modified }: RotatedFile): boolean =>
    since !== null && modified > since && !isSameFile(id, current.id);
  return { ...(rotated.find(isLater) ?? current), isFormerGone: former === undefined };
}

interface RotatedFile {
  readonly path: string;
  readonly id: FileId;
  readonly size: number;
  /** Nanoseconds since 1970; renaming leaves it as it is. */
  readonly modified: bigint;
}

/** The one that was written to first comes first. */
async function rotatedFiles(path: string): Promise<readonly RotatedFile[]> {
  const folder = dirname(path);
  const names = (await readdir(folder)).filter((name) => isRotated(name, basename(path)));
  const files = await Promise.all(names.map((name) => look(join(folder, name))));
  return files.flatMap((file) => file ?? []).sort((a, b) => (a.modified < b.modified ? -1 : 1));
}

/** Whoever rotates may rename or remove it at any time. */
async function look(path: string): Promise<RotatedFile | undefined> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) return undefined;
    return { path, id: fileIdOf(stats), size: Number(stats.size), modified: stats.mtimeNs };
  } catch {
    return undefined;
  }
}

/** `audit-2026-11-22T01-55-02.487.log` as an API server names it, `audit.log.1` and `audit.log-20261122`. */
export function isRotated(name: string, original: string): boolean {
  const extension = extname(original);
  const stem = basename(original, extension);
  const isNumber = (part: string): boolean => /^[.-]\d[\dT:.-]*$/.test(part);
  if (name.startsWith(original)) return isNumber(name.slice(original.length));
  if (!name.startsWith(`${stem}-`) || !name.endsWith(extension)) return false;
  return isNumber(name.slice(stem.length, name.length - extension.length));
}
