import { judgeItem, type Judgement, type Provenance } from './domain/record.ts';
import { type Turns } from './turns.ts';

/** Judges one item: small ones at once. Throws or rejects where there is a defect, or memory ran out. */
export type JudgeItem = (
  item: Buffer,
  from: Provenance,
  truncatedBytes: number,
) => Judgement | Promise<Judgement>;

/** How items are judged, and taken turns at with everything else. */
export interface Judging {
  readonly judge: JudgeItem;
  readonly turns: Turns;
}

/** Everything on this thread. */
export const judgeHere: JudgeItem = judgeItem;

/**
 * Larger items are judged elsewhere. The slowest text that is known takes about 0.5 µs a byte, so one of this
 * size takes 30 ms; an event is a hundred times as fast to judge, and hardly one of them is as large.
 */
export const largeItemBytes = 64 * 1024;
