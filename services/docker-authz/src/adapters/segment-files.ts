/** The files of a journal's folder: numbered segments, and how far a reader has come. */
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface SegmentFile {
  readonly number: number;
  readonly path: string;
}

const name = /^(\d{16})\.jsonl$/;
/** Written by the reader: `{"segment":7,"offset":8192}`. */
const consumedName = 'consumed.json';

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(16, '0')}.jsonl`);
}

/** The oldest first. */
export async function listSegments(folder: string): Promise<readonly SegmentFile[]> {
  const numbers = (await readdir(folder)).flatMap((file) => {
    const match = name.exec(file);
    return match === null ? [] : [Number(match[1])];
  });
  return numbers
    .sort((a, b) => a - b)
    .map((number) => ({ number, path: segmentPath(folder, number) }));
}

export interface Consumed {
  readonly segment: number;
  /** Bytes of that segment. */
  readonly offset: number;
}

/** Nothing is consumed where the reader has said nothing, or nothing readable. */
export async function readConsumed(folder: string): Promise<Consumed> {
  try {
    const text = await readFile(join(folder, consumedName), 'utf8');
    const { segment, offset } = JSON.parse(text) as Partial<Consumed>;
    if (isPlace(segment) && isPlace(offset)) return { segment, offset };
  } catch {
    // As good as nothing.
  }
  return { segment: 0, offset: 0 };
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Makes the folder, readable by its owner alone, where it is missing. @returns the mode for its files */
export async function openFolder(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return (await stat(folder)).mode & 0o660;
}

/** So that a file's name survives a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
