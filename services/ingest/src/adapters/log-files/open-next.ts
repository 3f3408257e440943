/** Opens the file of a log that is to be read next, and makes sure that it is the one that was chosen. */
import {
  beginsWith,
  emptyTrail,
  extendTrail,
  maxAnchorBytes,
  maxHeadBytes,
  type Trail,
} from '../../domain/fingerprint.ts';
import { maxItemBytes } from '../../domain/rejection.ts';
import { fileIdOf, isSameFile, type Place } from './file-place.ts';
import { type Candidate, lookAround } from './log-folder.ts';
import { openPiece, type Piece } from './log-piece.ts';
import { startReading } from './log-reading.ts';
import { type FileInHand, type LogRun } from './log-run.ts';
import { nextPiece } from './rotation.ts';

export interface OpenedPiece extends FileInHand {
  /** It has another name than the one that is followed. */
  readonly isRotated: boolean;
}

/**
 * Rejects while there is nothing to read, and the path names nothing.
 * @returns undefined where files were renamed meanwhile: look again
 */
export async function openNext(run: LogRun): Promise<OpenedPiece | undefined> {
  const place = run.place();
  const folder = await lookAround(run.path, place);
  for (const file of folder.rotated) if (file.isDamaged) await run.noteUnreadable(file);
  const next = nextPiece(folder, place, run.begin);
  if (next === undefined) throw new Error(`There is no file at ${run.path}.`);
  if (next.gap !== undefined) await run.noteGap(next.gap, next.former);
  const { real } = folder;
  const opened = await openAt(next.piece, next.offset, place);
  if (opened === undefined) return undefined;
  run.begin = { ...run.begin, isAtEnd: false };
  const { piece, offset, trail } = opened;
  return {
    ...{ piece, real, id: next.piece.id, file: next.piece.path, bytesAfter: next.bytesAfter },
    isRotated: next.piece !== folder.current,
    reading: startReading({
      ...{ piece, offset, trail },
      handOver: (lines, begin) => {
        const { device, inode } = next.piece.id;
        return run.handOver(lines, JSON.stringify([device, inode, begin]));
      },
      onZeros: (count) => {
        run.noteZeros(next.piece.path, count);
      },
    }),
  };
}

interface At {
  readonly piece: Piece;
  readonly offset: number;
  readonly trail: Trail;
}

async function openAt(
  { path, id, isCompressed }: Candidate,
  where: number | 'end',
  place: Place | undefined,
): Promise<At | undefined> {
  const piece = await openPiece(path, isCompressed);
  try {
    const stats = await piece.stats();
    const offset = where === 'end' ? await lastLineStart(piece, Number(stats.size)) : where;
    const trail = await trailAt(piece, offset);
    // What is renamed or truncated in between is not what was chosen.
    const isSame = isSameFile(fileIdOf(stats), id) && (await isAt(place, offset, { piece, trail }));
    if (isSame) return { piece, offset, trail };
  } catch (error) {
    await piece.close();
    throw error;
  }
  await piece.close();
  return undefined;
}

async function isAt(
  place: Place | undefined,
  offset: number,
  { piece, trail }: { readonly piece: Piece; readonly trail: Trail },
): Promise<boolean> {
  if (piece.isCompressed || place?.head === undefined || offset === 0) return true;
  if (offset !== place.offset) return true;
  const head = await piece.read(0, place.head.bytes);
  return (
    beginsWith(head, place.head) &&
    (place.anchor === undefined || beginsWith(trail.anchor, place.anchor))
  );
}

/** Reads forward only, as compressed pieces have to be. */
async function trailAt(piece: Piece, offset: number): Promise<Trail> {
  const head = await piece.read(0, Math.min(maxHeadBytes, offset));
  const from = Math.max(head.length, offset - maxAnchorBytes);
  const anchor = await piece.read(from, Math.max(0, offset - from));
  return extendTrail(extendTrail(emptyTrail, head), anchor);
}

const LINE_FEED = 0x0a;
const searchBytes = 64 * 1024;

/** The position behind the last line feed; the end where a line is longer than any event may be. */
async function lastLineStart(piece: Piece, size: number): Promise<number> {
  for (let end = size; end > 0 && size - end <= maxItemBytes; end -= searchBytes) {
    const from = Math.max(0, end - searchBytes);
    const feed = (await piece.read(from, end - from)).lastIndexOf(LINE_FEED);
    if (feed !== -1) return from + feed + 1;
    if (from === 0) return 0;
  }
  return size;
}
