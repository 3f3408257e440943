/** Cuts a stream of bytes into lines, holding at most one line that is not complete. */

export interface Lines {
  /** The lines completed by this chunk, without their ends; lines of white space only are left out. */
  readonly lines: readonly Buffer[];
  /** Sizes of completed lines that were too long to be held. */
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
 * @param maxLineBytes a longer line is counted, not held
 */
export function createLineBuffer(maxLineBytes: number): LineBuffer {
  let parts: Buffer[] = [];
  let held = 0;

  const hold = (part: Buffer): void => {
    held += part.length;
    if (held <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const complete = (into: { lines: Buffer[]; oversized: number[] }): void => {
    if (held > maxLineBytes) into.oversized.push(held);
    else {
      const line = withoutReturn(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
      if (!isBlank(line)) into.lines.push(line);
    }
    parts = [];
    held = 0;
  };
  return {
    push(chunk) {
      const found = { lines: [], oversized: [] };
      let completedBytes = 0;
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(LINE_FEED, start);
        if (end === -1) break;
        hold(chunk.subarray(start, end));
        completedBytes += held + 1;
        complete(found);
        start = end + 1;
      }
      if (start < chunk.length) hold(chunk.subarray(start));
      return { ...found, completedBytes };
    },
    flush() {
      const found = { lines: [], oversized: [] };
      const completedBytes = held;
      complete(found);
      return { ...found, completedBytes };
    },
  };
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === CARRIAGE_RETURN);
}
