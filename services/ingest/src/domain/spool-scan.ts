/** What a segment holds that was left behind: whole frames, torn writes, damage. */
import { findFrame, readFrame, saltOf, segmentHeaderBytes } from './spool-segment.ts';

/** Bytes between `from` and `to` that are no frame. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Whether they had been synced: then records are lost that were accepted. Else it is a torn write. */
  readonly isDamage: boolean;
}

export interface ScannedSegment {
  readonly salt: Buffer;
  /** Where each whole frame begins, ascending. */
  readonly starts: readonly number[];
  /** Behind the last whole frame; what follows was never synced, or nobody can tell. */
  readonly end: number;
  readonly gaps: readonly Gap[];
}

/** A segment whose header cannot be read: no frame of it can be told from anything else. */
export interface UnreadableSegment {
  readonly salt: null;
  /** Whether anything in it may have been synced: frames are written only after their segment's header was. */
  readonly isDamaged: boolean;
}

/**
 * Each frame says how much of its segment had been synced before it was written. So what lies before that
 * and cannot be read was lost by the disk; behind it, a write was torn, and nothing of it was ever accepted.
 *
 * @param segment all bytes of a segment's file, after a crash or not
 */
export function scanSegment(segment: Buffer): ScannedSegment | UnreadableSegment {
  const salt = saltOf(segment);
  if (salt === null) return { salt, isDamaged: segment.length > segmentHeaderBytes };
  const part = { bytes: segment, from: 0, salt };
  const starts: number[] = [];
  const gaps: Omit<Gap, 'isDamage'>[] = [];
  let [end, synced] = [segmentHeaderBytes, segmentHeaderBytes];
  while (end < segment.length) {
    const frame = readFrame(part, end);
    if (frame.type === 'frame') {
      starts.push(end);
      synced = Math.max(synced, frame.synced);
      end = frame.end;
      continue;
    }
    const next = findFrame(part, end + 1);
    if (next === undefined) break;
    gaps.push({ from: end, to: next });
    end = next;
  }
  return { salt, starts, end, gaps: gaps.map((gap) => ({ ...gap, isDamage: gap.from < synced })) };
}
