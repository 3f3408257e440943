/** What is said between ingest and a thread that judges items for it: one task, then one reply. */
import { type Judgement, type Provenance } from '../../domain/record.ts';

/** To the thread. The item's memory goes with it. */
export interface JudgeTask {
  readonly item: Uint8Array<ArrayBuffer>;
  readonly from: Provenance;
  readonly truncatedBytes: number;
}

/** From the thread. */
export type JudgeReply =
  | { readonly type: 'judged'; readonly judgement: Judgement }
  /** A defect. `frames` say where, without a message: that may have a part of the item in it. */
  | { readonly type: 'failed'; readonly frames: string };
