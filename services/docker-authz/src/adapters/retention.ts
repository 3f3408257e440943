/** Lets segments go: those that have been read, and the oldest where there are too many. */
import { readFile, stat, unlink } from 'node:fs/promises';
import { type Gap, gapOf, mergedGap } from '../domain/gap.ts';
import { linesIn, readJournalLine } from '../domain/journal-line.ts';
import { type Consumed, listSegments, readConsumed, type SegmentFile } from './segment-files.ts';

export interface Bounds {
  readonly folder: string;
  readonly maxBytes: number;
  /** The segment that is being written; it stays. */
  readonly active: number;
  /** Segments from this one on are needed, whether or not they have been read. */
  readonly needed: number;
}

export interface Kept {
  /** What the segments take. */
  readonly bytes: number;
  /** What went without having been read. */
  readonly dropped: readonly Gap[];
}

export async function keepBounds({ folder, maxBytes, active, needed }: Bounds): Promise<Kept> {
  const consumed = await readConsumed(folder);
  const sized = await Promise.all(
    (await listSegments(folder)).map(async (file) => ({
      file,
      size: (await stat(file.path)).size,
    })),
  );
  let bytes = sized.reduce((sum, { size }) => sum + size, 0);
  const dropped: Gap[] = [];
  for (const { file, size } of sized) {
    const isRead = file.number < Math.min(consumed.segment, needed);
    if (file.number === active || (!isRead && bytes <= maxBytes)) break;
    const gap = file.number < consumed.segment ? undefined : await unreadIn(file, consumed);
    await unlink(file.path);
    bytes -= size;
    if (gap !== undefined) dropped.push(gap);
  }
  return { bytes, dropped };
}

/** The events of a segment that nobody has read, and those that it says are missing. */
async function unreadIn(file: SegmentFile, consumed: Consumed): Promise<Gap | undefined> {
  const from = file.number === consumed.segment ? consumed.offset : 0;
  let gap: Gap | undefined;
  for (const line of linesIn((await readFile(file.path)).subarray(from))) {
    const read = readJournalLine(line);
    if (read.type === 'call') gap = mergedGap(gap, gapOf('dropped', read.nanos));
    else if (read.type === 'gap') gap = mergedGap(gap, read.gap);
  }
  return gap && { ...gap, reason: 'dropped' };
}
