import { setTimeout as delay } from 'node:timers/promises';
import { type Observed, observe } from './observe.ts';
import { type Baseline, type SampleProgress, isSettled } from './progress.ts';

export interface SettleOptions {
  readonly expected: number;
  readonly baseline: Baseline;
  readonly signal: AbortSignal;
  /** Milliseconds without any progress after which waiting ends. */
  readonly patienceMs: number;
  readonly onProgress: (progress: SampleProgress) => void;
}

const pollMs = 500;

/** Waits until every event of the sample is settled, or nothing has moved for too long. */
export async function waitUntilSettled(
  observed: Observed,
  options: SettleOptions,
): Promise<SampleProgress> {
  let movedAt = Date.now();
  let last = '';
  for (;;) {
    options.signal.throwIfAborted();
    const progress = await observe(observed, options.baseline);
    options.onProgress(progress);
    if (isSettled(progress, options.expected)) return progress;
    if (JSON.stringify(progress) !== last) movedAt = Date.now();
    last = JSON.stringify(progress);
    if (Date.now() - movedAt > options.patienceMs) return progress;
    await delay(pollMs, undefined, { signal: options.signal });
  }
}
