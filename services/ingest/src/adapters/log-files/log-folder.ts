/** What lies around a followed path: the file that it names, and those that rotation made of former ones. */
import { type BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beginsWith, maxHeadBytes } from '../../domain/fingerprint.ts';
import {
  inOrder,
  isCompressedName,
  plainName,
  type Rotation,
  rotationOf,
} from '../../domain/rotated-name.ts';
import { type FileId, fileIdOf, isSameFile, type Place } from './file-place.ts';
import { openPiece, type Piece } from './log-piece.ts';

/** A file, and what it is to the place that was reached. */
export interface Candidate {
  readonly path: string;
  readonly id: FileId;
  /** Bytes on disk. */
  readonly size: number;
  /** Nanoseconds since 1970; 0 where the file system does not know when a file was made. */
  readonly modified: bigint;
  readonly made: bigint;
  readonly isCompressed: boolean;
  /** Holds nothing, or nothing that can be inflated. */
  readonly isEmpty: boolean;
  readonly isDamaged: boolean;
  /** `shorter`: it begins as the place's file does, and ends before the place. */
  readonly sameness: 'same' | 'shorter' | 'other';
}

export interface RotatedCandidate extends Candidate {
  readonly rotation: Rotation;
}

export interface LogFolder {
  /** undefined where the path names nothing, as in the middle of a rotation */
  readonly current: Candidate | undefined;
  /** Where the path leads to. */
  readonly real: string;
  /** The one that was written to first comes first. */
  readonly rotated: readonly RotatedCandidate[];
  /** The file that the path led to formerly, where it is a link to another one now. */
  readonly left: Candidate | undefined;
}

const maxAttempts = 10;

/**
 * Looks until nothing was renamed while it looked: names that shift (`audit.log.1` to `.2`) would hide a file.
 * Rejects where that does not come about, or the folder can't be read.
 */
export async function lookAround(path: string, place: Place | undefined): Promise<LogFolder> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const before = await listAround(path, place);
    const folder = await describe(before, place);
    const after = await listAround(path, place);
    if (folder !== undefined && signatureOf(before) === signatureOf(after)) return folder;
  }
  throw new Error('The folder of a log file changes each time that it is looked at.');
}

interface Named {
  readonly path: string;
  readonly stats: BigIntStats;
}

interface Listing {
  readonly real: string;
  readonly current: Named | undefined;
  readonly left: Named | undefined;
  readonly rotated: readonly (Named & { readonly rotation: Rotation })[];
}

async function listAround(path: string, place: Place | undefined): Promise<Listing> {
  const real = await realpath(path).catch(() => path);
  const originals = [...new Set([path, real])];
  const rotated = await Promise.all(originals.map(listRotated));
  const leftPath = place?.real !== undefined && place.real !== real ? place.real : undefined;
  return {
    real,
    current: await look(path),
    left: leftPath === undefined ? undefined : await look(leftPath),
    rotated: withoutCompressedTwins(rotated.flat()),
  };
}

async function listRotated(original: string): Promise<Listing['rotated']> {
  const folder = dirname(original);
  const names = (await readdir(folder)).flatMap((name) => {
    const rotation = rotationOf(name, basename(original));
    return rotation === undefined ? [] : [{ name, rotation }];
  });
  const found = await Promise.all(
    names.map(async ({ name, rotation }) => {
      const file = await look(join(folder, name));
      return file && { ...file, rotation };
    }),
  );
  return found.filter((file) => file !== undefined);
}

/** Who compresses removes the original only when the copy is whole: until then, the original counts. */
function withoutCompressedTwins(files: Listing['rotated']): Listing['rotated'] {
  const paths = new Set(files.map(({ path }) => path));
  return files.filter(({ path }) => !isCompressedName(path) || !paths.has(plainName(path)));
}

/** Whoever rotates may rename or remove it at any time. */
async function look(path: string): Promise<Named | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats?.isFile() ? { path, stats } : undefined;
}

function signatureOf({ current, left, rotated, real }: Listing): string {
  const files = [current, left, ...rotated].map((file) =>
    file ? [file.path, String(file.stats.dev), String(file.stats.ino)] : null,
  );
  return JSON.stringify([real, files]);
}

/** @returns undefined where a file went away meanwhile */
async function describe(listing: Listing, place?: Place): Promise<LogFolder | undefined> {
  try {
    const current = listing.current && (await toCandidate(listing.current, place));
    const left = listing.left && (await toCandidate(listing.left, place));
    const rotated: RotatedCandidate[] = [];
    // One by one, since there may be hundreds.
    for (const { rotation, ...named } of listing.rotated) {
      rotated.push({ ...(await toCandidate(named, place)), rotation });
    }
    return { current, left, real: listing.real, rotated: inOrder(rotated) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function toCandidate({ path, stats }: Named, place?: Place): Promise<Candidate> {
  const isCompressed = isCompressedName(path);
  const piece = await openPiece(path, isCompressed);
  try {
    const [id, size] = [fileIdOf(stats), Number(stats.size)];
    const head = await piece.read(0, maxHeadBytes);
    const [modified, made] = [stats.mtimeNs, stats.birthtimeNs];
    const sameness = place ? await compare({ id, size, head, piece }, place) : 'other';
    const isEmpty = head.length === 0;
    const isDamaged = isEmpty && piece.damage() !== undefined;
    return { path, id, size, modified, made, isCompressed, isEmpty, isDamaged, sameness };
  } finally {
    await piece.close();
  }
}

interface Looked {
  readonly id: FileId;
  readonly size: number;
  readonly head: Buffer;
  readonly piece: Piece;
}

/**
 * Content decides. Device and inode do where a checkpoint has no content: it is of the earlier format, or
 * nothing had been read.
 */
async function compare(
  { id, size, head, piece }: Looked,
  place: Place,
): Promise<Candidate['sameness']> {
  const { head: print, anchor, offset } = place;
  if (print === undefined || print.bytes === 0) {
    if (piece.isCompressed || !isSameFile(id, place.file)) return 'other';
  } else if (!beginsWith(head, print)) return 'other';
  if (piece.isCompressed) return 'same';
  if (size < offset) return 'shorter';
  if (anchor === undefined || anchor.bytes === 0) return 'same';
  const before = await piece.read(offset - anchor.bytes, anchor.bytes);
  return beginsWith(before, anchor) ? 'same' : 'other';
}
