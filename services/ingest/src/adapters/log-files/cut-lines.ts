import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LineBuffer, type Lines } from '../../domain/line-buffer.ts';

/** Half a million lines of one byte take a fifth of a second: others have their turns in between. */
const pieceBytes = 128 * 1024;

/** Pushes a chunk piece by piece, and gives all lines that it completes. */
export async function cutLines(buffer: LineBuffer, chunk: Buffer): Promise<Lines> {
  let [lines, oversized]: [readonly Buffer[], readonly number[]] = [[], []];
  const cut = new Map<Buffer, number>();
  let completedBytes = 0;
  for (let at = 0; at < chunk.length; at += pieceBytes) {
    if (at > 0) await nextTurn();
    const found = buffer.push(chunk.subarray(at, at + pieceBytes));
    lines = lines.concat(found.lines);
    oversized = oversized.concat(found.oversized);
    for (const [line, removedBytes] of found.cut) cut.set(line, removedBytes);
    completedBytes += found.completedBytes;
  }
  return { lines, cut, oversized, completedBytes };
}
