/** Where in which file a follower is, as its checkpoint says it. */
import { type BigIntStats } from 'node:fs';
import { type Checkpoints } from './checkpoints.ts';

/** What a file keeps when it is renamed. */
export interface FileId {
  readonly device: string;
  readonly inode: string;
}

export interface Place {
  readonly path: string;
  readonly file: FileId;
  /** Bytes from the beginning that are accepted. */
  readonly offset: number;
  /** When the file had last been written to by then: nanoseconds since 1970, as digits. */
  readonly modified?: string;
}

export function fileIdOf({ dev, ino }: BigIntStats): FileId {
  return { device: String(dev), inode: String(ino) };
}

export function isSameFile(a: FileId, b: FileId): boolean {
  return a.device === b.device && a.inode === b.inode;
}

/** One checkpoint for each cluster and path. */
export function placeName(cluster: string, path: string): string {
  return `kubernetes-log ${cluster} ${path}`;
}

export async function readPlace(
  checkpoints: Checkpoints,
  name: string,
): Promise<Place | undefined> {
  const value = await checkpoints.read(name);
  return isPlace(value) ? value : undefined;
}

function isPlace(value: unknown): value is Place {
  const { path, file, offset, modified = '0' } = (value ?? {}) as Partial<Place>;
  const { device, inode } = (file ?? {}) as Partial<FileId>;
  const texts = [path, device, inode];
  const isWhole = texts.every((text) => typeof text === 'string') && Number.isSafeInteger(offset);
  return isWhole && typeof modified === 'string' && /^\d+$/.test(modified);
}

/** Where to go on, and what is to be told about it. */
export interface Start {
  readonly offset: number;
  readonly change: 'none' | 'shorter' | 'exchanged';
}

/** @param file the file that the path names now, and its size in bytes */
export function startOf(place: Place | undefined, file: { id: FileId; size: number }): Start {
  if (place === undefined) return { offset: 0, change: 'none' };
  if (!isSameFile(place.file, file.id)) return { offset: 0, change: 'exchanged' };
  if (place.offset > file.size) return { offset: 0, change: 'shorter' };
  return { offset: place.offset, change: 'none' };
}
