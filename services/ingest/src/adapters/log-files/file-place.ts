/** Where in which file a follower is, as its checkpoint says it. */
import { type BigIntStats } from 'node:fs';
import { type Fingerprint, isFingerprint } from '../../domain/fingerprint.ts';
import { type Checkpoints } from '../checkpoints.ts';

/** What a file keeps when it is renamed, and the next file may get when it is removed. */
export interface FileId {
  readonly device: string;
  readonly inode: string;
}

export interface Place {
  readonly path: string;
  /** The file that the path led to, where that is another: links were followed. */
  readonly real?: string;
  readonly file: FileId;
  /** Bytes from the beginning that are accepted; of a compressed file, of what it holds. */
  readonly offset: number;
  /** When the file had last been written to by then: nanoseconds since 1970, as digits. */
  readonly modified?: string;
  /** Of the first bytes of the file, and of those before the offset; an earlier format has neither. */
  readonly head?: Fingerprint;
  readonly anchor?: Fingerprint;
  /** The file was read to its end, and another has its name. */
  readonly isDone?: boolean;
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
  const place = (value ?? {}) as Partial<Place>;
  const { path, real = '', file, offset, modified = '0' } = place;
  const { device, inode } = (file ?? {}) as Partial<FileId>;
  const texts = [path, real, device, inode, modified];
  const prints = [place.head, place.anchor].filter((print) => print !== undefined);
  return (
    texts.every((text) => typeof text === 'string') &&
    Number.isSafeInteger(offset) &&
    /^\d+$/.test(modified) &&
    prints.every(isFingerprint)
  );
}
