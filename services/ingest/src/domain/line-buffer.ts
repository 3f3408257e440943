/** Cuts a stream of bytes into lines, holding at most one line that is not complete. */
import { type BodyCutter } from './cut-bodies.ts';

export interface Lines {
  /** The lines completed by this chunk, without their ends; lines of white space only are left out. */
  readonly lines: readonly Buffer[];
  /** Those of the lines whose bodies were taken out because they were too long, each with the bytes that went. */
  readonly cut: ReadonlyMap<Buffer, number>;
  /** Sizes of completed lines that were too long to be held, even so. */
  readonly oversized: readonly number[];
  /** Bytes of the stream, from the chunk before on, that belong to lines completed by this chunk. */
  readonly completedBytes: number;
}

export interface LineBuffer {
  push(chunk: Buffer): Lines;
  /** Takes what is held as a last line without an end, and begins anew. */
  flush(): Lines;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Lines end with a line feed; a carriage return before it belongs to the end. Lines share the memory of
 * the chunks: a chunk must not be written to again.
 *
 * @param maxLineBytes what is held of a line
 * @param openCutter takes the bodies out of a longer line while it goes by; not given, it is counted only
 */
export function createLineBuffer(
  maxLineBytes: number,
  openCutter: () => BodyCutter = passOver,
): LineBuffer {
  let parts: Buffer[] = [];
  let cutter: BodyCutter | null = null;
  let held = 0;

  const hold = (part: Buffer): void => {
    held += part.length;
    if (held <= maxLineBytes) {
      parts.push(part);
      return;
    }
    if (cutter === null) {
      cutter = openCutter();
      for (const earlier of parts) cutter.push(earlier);
      parts = [];
    }
    cutter.push(part);
  };
  const complete = (into: Found): void => {
    if (cutter === null) {
      const line = withoutReturn(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
      if (!isBlank(line, 0, line.length)) into.lines.push(line);
    } else {
      const cut = cutter.finish();
      if (cut.type === 'too-large') into.oversized.push(held);
      else {
        const line = withoutReturn(cut.bytes);
        into.lines.push(line);
        into.cut.set(line, cut.removedBytes);
      }
    }
    [parts, cutter, held] = [[], null, 0];
  };
  return {
    push(chunk) {
      const found = nothingFound();
      let completedBytes = 0;
      let start = 0;
      for (let end = nextEnd(chunk, 0); end !== -1; end = nextEnd(chunk, start)) {
        completedBytes += held + end - start + 1;
        // Before it becomes a buffer: a chunk may be nothing but line ends.
        if (held > 0 || !isBlank(chunk, start, end)) {
          hold(chunk.subarray(start, end));
          complete(found);
        }
        start = end + 1;
      }
      if (start < chunk.length) hold(chunk.subarray(start));
      return { ...found, completedBytes };
    },
    flush() {
      const found = nothingFound();
      const completedBytes = held;
      complete(found);
      return { ...found, completedBytes };
    },
  };
}

function nextEnd(chunk: Buffer, from: number): number {
  return chunk.indexOf(LINE_FEED, from);
}

function nothingFound(): Found {
  return { lines: [], cut: new Map(), oversized: [] };
}

interface Found {
  readonly lines: Buffer[];
  readonly cut: Map<Buffer, number>;
  readonly oversized: number[];
}

/** Holds nothing of a line. */
function passOver(): BodyCutter {
  return { push: () => undefined, finish: () => ({ type: 'too-large' }) };
}

function withoutReturn(line: Buffer): Buffer {
  return line[line.length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}
