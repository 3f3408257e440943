/** Chooses which file of a log is read next, so that nothing is passed over however it was rotated. */
import { isSameFile, type Place } from './file-place.ts';
import { type Candidate, type LogFolder } from './log-folder.ts';

/** Why events may be missing for good. */
export type GapReason =
  /** It was copied and then truncated: what came between the two is nowhere. */
  | 'copied'
  /** What was not read of it yet is not to be found. */
  | 'gone'
  /** A compressed backup ends before its time. */
  | 'damaged';

/** Where to begin without a checkpoint. */
export interface Begin {
  /** Behind what the path names now; else with the oldest file. */
  readonly isAtEnd: boolean;
  /** Files that were last written to before are passed over whole: nanoseconds since 1970. */
  readonly since: bigint;
  /** Lines are passed over up to the first event of this time or later: microseconds since 1970. */
  readonly passUntil?: number;
}

export interface NextPiece {
  readonly piece: Candidate;
  /** Where to read on; `end` is behind the last whole line. */
  readonly offset: number | 'end';
  /** Bytes of the files that come after it, as they are on disk. */
  readonly bytesAfter: number;
  /** What the place was in, where that has another name now. */
  readonly former: Candidate | undefined;
  readonly gap: Exclude<GapReason, 'damaged'> | undefined;
}

/**
 * The oldest file that may hold what is not accepted yet: the rest of the one that the place is in, then
 * those that came after it, then what the path names now.
 * @returns undefined where there is nothing to read, and the path names nothing
 */
export function nextPiece(
  folder: LogFolder,
  place: Place | undefined,
  begin: Begin,
): NextPiece | undefined {
  if (place === undefined) return firstPiece(folder, begin);
  const { current } = folder;
  if (current?.sameness === 'same') return choose(current, [], place.offset);
  const former = formerOf(folder, place);
  const later = laterThan(former, folder, place);
  const gap = gapBefore(former, folder, place);
  if (former !== undefined && hasRest(former, place)) {
    return { ...choose(former, later, place.offset), former, gap };
  }
  const [next, ...rest] = later;
  return next && { ...choose(next, rest, 0), former, gap };
}

/** How much a compressed file holds shows only when it is read. */
function hasRest({ sameness, isCompressed, size }: Candidate, place: Place): boolean {
  if (sameness !== 'same') return false;
  return isCompressed ? place.isDone !== true : size > place.offset;
}

function choose(
  piece: Candidate,
  after: readonly Candidate[],
  offset: NextPiece['offset'],
): NextPiece {
  const bytesAfter = after.reduce((sum, { size }) => sum + size, 0);
  return { piece, offset, bytesAfter, former: undefined, gap: undefined };
}

function firstPiece({ current, rotated }: LogFolder, begin: Begin): NextPiece | undefined {
  if (begin.isAtEnd && current !== undefined) return choose(current, [], 'end');
  const wanted = readable(rotated, current).filter(({ modified }) => modified >= begin.since);
  const [first, ...rest] = current ? [...wanted, current] : wanted;
  if (first === undefined) return undefined;
  const isOlder = begin.passUntil !== undefined && first.modified < begin.since;
  return choose(first, rest, isOlder ? 'end' : 0);
}

function readable<C extends Candidate>(files: readonly C[], current?: Candidate): readonly C[] {
  return files.filter(({ id, isEmpty }) => !isEmpty && !(current && isSameFile(id, current.id)));
}

/** The file that the place is in, under whatever name. Of copies, the one that it was itself comes first. */
function formerOf({ rotated, left }: LogFolder, place: Place): Candidate | undefined {
  const files = left ? [left, ...rotated] : rotated;
  const same = files.filter(({ sameness }) => sameness === 'same');
  return (
    same.find(({ id }) => isSameFile(id, place.file)) ??
    same[0] ??
    files.findLast(({ sameness }) => sameness === 'shorter')
  );
}

function laterThan(
  former: Candidate | undefined,
  { current, rotated }: LogFolder,
  place: Place,
): readonly Candidate[] {
  const index = rotated.findIndex((file) => file === former);
  const since = former?.modified ?? BigInt(place.modified ?? 0);
  const isKnown = former !== undefined || place.modified !== undefined;
  const after =
    index === -1
      ? rotated.filter(({ modified }) => isKnown && modified > since)
      : rotated.slice(index + 1);
  const later = readable(after, current).filter(({ sameness }) => sameness === 'other');
  return current ? [...later, current] : later;
}

function gapBefore(
  former: Candidate | undefined,
  { current }: LogFolder,
  place: Place,
): NextPiece['gap'] {
  if (place.isDone === true) return undefined;
  if (former === undefined) return 'gone';
  const isTruncated = current !== undefined && isSameFile(current.id, place.file);
  if (!isTruncated || isSameFile(former.id, place.file)) return undefined;
  // A file that was made later only got the inode of the former one, which was renamed and compressed.
  return current.made > BigInt(place.modified ?? 0) ? undefined : 'copied';
}
