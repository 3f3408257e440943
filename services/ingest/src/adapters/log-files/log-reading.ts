/** Reads one file of a log on, line by line, for as long as it is the one that was opened. */
import { createLineBuffer, type Lines } from '../../domain/line-buffer.ts';
import { cutLines } from './cut-lines.ts';
import { extendTrail, type Trail } from '../../domain/fingerprint.ts';
import { type BodyCutter, cutRules, openBodyCutter } from '../../domain/cut-bodies.ts';
import { maxLineBytes } from '../../domain/rejection.ts';
import { blankZeros, trailingZeros } from '../../domain/zero-bytes.ts';
import { type Piece } from './log-piece.ts';

const readBytes = 1024 * 1024;

/** How far a piece has been accepted. */
export interface Reached {
  readonly offset: number;
  /** The trail at the offset; its head may reach further. */
  readonly trail: Trail;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
}

export interface ReadingOptions {
  readonly piece: Piece;
  readonly offset: number;
  /** Of the piece at the offset. */
  readonly trail: Trail;
  /**
   * Takes the lines that begin at an offset. Resolves with false when it was called off; they are not accepted
   * then.
   */
  readonly handOver: (lines: Lines, offset: number) => Promise<boolean>;
  readonly onZeros: (count: number) => void;
}

export type Step =
  /** There was something, and it is accepted. */
  | 'read'
  /** There is nothing new. */
  | 'idle'
  /** It is not the content that it was: what was read last has not been handed over. */
  | 'changed'
  | 'stopped';

export interface Reading {
  step(): Promise<Step>;
  /** Takes what is left as a last line: nothing will come any more. */
  finish(): Promise<Step>;
  reached(): Reached;
  /** Whether the last line has no end yet. */
  isInLine(): boolean;
  /** Bytes on disk that have not been read; of a compressed piece it is not known. */
  bytesLeft(): number;
}

export function startReading(options: ReadingOptions): Reading {
  const { piece, handOver, onZeros } = options;
  const cutter = (): BodyCutter => openBodyCutter(cutRules.kubernetes, maxLineBytes);
  const buffer = createLineBuffer(maxLineBytes, cutter);
  let [at, accepted, size, modified] = [options.offset, options.offset, 0, 0n];
  let [trail, acceptedTrail] = [options.trail, options.trail];
  let quiet = '';

  const consume = async (raw: Buffer): Promise<Step> => {
    // Lines share memory with what zeros are blanked in; the trail is of what the file holds.
    const bytes = raw.includes(0) ? Buffer.from(raw) : raw;
    const zeros = bytes === raw ? 0 : blankZeros(bytes);
    if (zeros > 0) onZeros(zeros);
    const lines = await cutLines(buffer, bytes);
    if (!(await handOver(lines, accepted))) return 'stopped';
    const [before, end] = [trail, at + raw.length];
    [trail, at] = [extendTrail(trail, raw), end];
    if (lines.completedBytes === 0) return 'read';
    accepted += lines.completedBytes;
    acceptedTrail = extendTrail(before, raw.subarray(0, raw.length - (end - accepted)));
    return 'read';
  };
  const step = async (isLast: boolean): Promise<Step> => {
    const stats = await piece.stats();
    [size, modified] = [Number(stats.size), stats.mtimeNs];
    if (!piece.isCompressed && size < at) return 'changed';
    const look = `${size} ${modified}`;
    if (look === quiet && !isLast) return 'idle';
    const limit = piece.isCompressed ? readBytes : Math.min(readBytes, size - at);
    const chunk = await piece.read(at, limit);
    if (!(await isStill(piece, at, trail))) return 'changed';
    // Zeros at the end may be bytes that are still on their way to the disk of another machine.
    const isEnd = !piece.isCompressed && !isLast && at + chunk.length >= size;
    const raw = chunk.subarray(0, chunk.length - (isEnd ? trailingZeros(chunk) : 0));
    if (raw.length > 0) return consume(raw);
    quiet = look;
    return 'idle';
  };
  return {
    step: () => step(false),
    async finish() {
      let last = await step(true);
      while (last === 'read') last = await step(true);
      if (last !== 'idle') return last;
      const lines = buffer.flush();
      if (!(await handOver(lines, accepted))) return 'stopped';
      [accepted, acceptedTrail] = [at, trail];
      return 'read';
    },
    isInLine: () => at > accepted,
    reached: () => ({ offset: accepted, trail: acceptedTrail, modified }),
    bytesLeft: () => (piece.isCompressed ? 0 : Math.max(0, size - accepted)),
  };
}

/**
 * Looked at after the bytes were read, and before they are handed over: a file that was truncated and has grown
 * again beyond the position would else be taken for more of the same.
 */
async function isStill(piece: Piece, at: number, { head, anchor }: Trail): Promise<boolean> {
  if (piece.isCompressed || head.length === 0) return true;
  const begin = await piece.read(0, head.length);
  const before = await piece.read(at - anchor.length, Math.max(1, anchor.length));
  return begin.equals(head) && before.subarray(0, anchor.length).equals(anchor);
}
