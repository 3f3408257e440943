import { describe, expect, it } from '@jest/globals';
import { createLineBuffer } from '../../domain/line-buffer.ts';
import { cutLines } from './cut-lines.ts';

describe('a chunk of a log file', () => {
  it.each([['\n'], ['a\n'], ['some words\n'], [`${'x'.repeat(300_000)}\n`]])(
    'has the same lines in pieces: %.10j',
    async (piece) => {
      const chunk = Buffer.from(piece.repeat(Math.ceil((1024 * 1024) / piece.length)));
      const inPieces = await cutLines(createLineBuffer(1_000_000), chunk);
      const atOnce = createLineBuffer(1_000_000).push(chunk);
      // As one text: to compare half a million buffers takes minutes.
      expect(inPieces.lines.join('|') === atOnce.lines.join('|')).toBe(true);
      expect(inPieces.completedBytes).toBe(atOnce.completedBytes);
      expect(inPieces.oversized).toEqual(atOnce.oversized);
    },
  );

  it('lets others have their turns', async () => {
    let turns = 0;
    let isOver = false;
    const beside = (): void => {
      turns += 1;
      if (!isOver) setImmediate(beside);
    };
    setImmediate(beside);
    await cutLines(createLineBuffer(10), Buffer.alloc(1024 * 1024, 0x0a));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(7);
  });
});
