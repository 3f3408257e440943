/** What is remembered and told of one followed path, from its start to its stop. */
import { fingerprintOf } from '../../domain/fingerprint.ts';
import { type FileId, type Place } from './file-place.ts';
import { type FollowOptions } from './follow-options.ts';
import { createLineGiver, type LineGiver } from './hand-over-lines.ts';
import { type Candidate } from './log-folder.ts';
import { createLosses } from './log-losses.ts';
import { type Piece } from './log-piece.ts';
import { createProgress } from './log-progress.ts';
import { type Reading } from './log-reading.ts';
import { openPlaceKeeper } from './place-keeper.ts';
import { type Begin, type NextPiece } from './rotation.ts';

/** The file of a log that is being read. */
export interface FileInHand {
  readonly piece: Piece;
  readonly reading: Reading;
  /** Its name, and where the followed path led to. */
  readonly file: string;
  readonly real: string;
  readonly id: FileId;
  /** Bytes of the files that come after it. */
  readonly bytesAfter: number;
}

export interface LogRun extends Pick<LineGiver, 'handOver'> {
  readonly path: string;
  begin: Begin;
  /** Milliseconds since 1970: since when the path names nothing, and since when a rotation may be under way. */
  missingSince: number | undefined;
  unsettledSince: number | undefined;
  isLetGo: boolean;
  place(): Place | undefined;
  /** Writes down what has not been written yet. */
  keep(): Promise<void>;
  /** Remembers how far a file has come. */
  note(inHand: FileInHand): Promise<void>;
  /** It was read to its end, and something else has its name. */
  noteDone(inHand: FileInHand): Promise<void>;
  noteGap(gap: NonNullable<NextPiece['gap']>, former: Candidate | undefined): Promise<void>;
  /** Tells once of a compressed file that gives nothing, unless it is older than what has been read. */
  noteUnreadable(file: Candidate): Promise<void>;
  noteZeros(file: string, count: number): void;
}

export async function openRun(path: string, options: FollowOptions): Promise<LogRun> {
  const { source, telemetry, now, times, begin, backlog } = options;
  const { cluster } = source;
  const common = { path, cluster, telemetry, now };
  const memory = { isFresh: true, readBytes: 0, isPassing: (): boolean => false };
  let noted: { readonly inHand?: FileInHand; readonly offset: number } = { offset: 0 };
  const keeper = await openPlaceKeeper({
    ...{ ...common, checkpoints: options.checkpoints, everyMs: times.checkpointMs },
    mayWrite: () => !memory.isPassing(),
  });
  // A checkpoint wins over where to begin.
  const passUntil = keeper.place() === undefined ? begin.passUntil : undefined;
  const giver = createLineGiver(path, passUntil, options);
  memory.isPassing = () => giver.isPassing();
  const progress = createProgress({ ...common, everyMs: times.progressMs });
  const losses = createLosses(path, options);

  const place = (): Place | undefined => {
    const kept = keeper.place();
    if (kept === undefined || !memory.isFresh) return kept;
    // What had been read to its end may have been written to while nobody looked.
    return { ...kept, isDone: false };
  };
  return {
    ...{ path, begin, missingSince: undefined, unsettledSince: undefined, isLetGo: false },
    ...{ place, keep: () => keeper.keep(), handOver: (lines, name) => giver.handOver(lines, name) },
    async note(inHand) {
      memory.isFresh = false;
      const { offset } = inHand.reading.reached();
      const isSame = noted.inHand === inHand;
      if (isSame) memory.readBytes += offset - noted.offset;
      const behind = inHand.reading.bytesLeft() + inHand.bytesAfter;
      backlog.report(path, behind);
      progress.note(memory.readBytes, behind);
      if (offset > 0 && !(isSame && offset === noted.offset)) {
        await keeper.reach(placeIn(path, inHand, false));
      }
      noted = { inHand, offset };
    },
    async noteDone(inHand) {
      const done = placeIn(path, inHand, true);
      if (inHand.piece.damage() !== undefined) await losses.tellDamage(done, inHand.file);
      if (done.offset > 0) await keeper.reach(done);
    },
    async noteGap(reason, former) {
      const left = place();
      if (left === undefined) return;
      memory.isFresh = false;
      await losses.tellGap(left, reason);
      // So that it is told once; what can still be found is read all the same.
      await keeper.reach({ ...left, file: former?.id ?? left.file, isDone: former === undefined });
    },
    async noteUnreadable(file) {
      const since = keeper.place()?.modified;
      if (since === undefined || file.modified > BigInt(since)) await losses.tellUnreadable(file);
    },
    noteZeros(file, count) {
      losses.tellZeros(file, count);
    },
  };
}

function placeIn(path: string, { reading, real, id }: FileInHand, isDone: boolean): Place {
  const { offset, trail, modified } = reading.reached();
  return {
    ...{ path, ...(real !== path && { real }), file: id, offset, modified: String(modified) },
    ...{ head: fingerprintOf(trail.head), anchor: fingerprintOf(trail.anchor) },
    ...(isDone && { isDone }),
  };
}
