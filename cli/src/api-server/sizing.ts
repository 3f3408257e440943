/** How large an API server's audit buffers, and what is behind them, have to be. */
import { type FlagSizes } from './flags.ts';

/**
 * What the figures are derived from. Events of a kube-apiserver 1.36.3 were measured with managed fields
 * left out: 1.4 kB on average. One request makes one event, since its arrival is not recorded.
 */
export const measured = { bytesPerEvent: 1_400, eventsPerRequest: 1 } as const;

/** Load comes in bursts: this many times the average, for this long, is to be lost nowhere. */
export const burst = { factor: 3, seconds: 10 } as const;

/** An API server keeps a batch for this long, in seconds, while ingest answers 429 with Retry-After: 1. */
const patienceSeconds = 138;
const defaults = { bufferSize: 10_000, maxBatchSize: 400, qps: 10, burst: 15 } as const;
const largestBatch = 2_000;

export interface Sizing extends FlagSizes {
  readonly eventsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Bytes that an API server may hold while ingest can't take them: its buffer, and batches on their way. */
  readonly apiServerMemory: number;
  /** Bytes of audit log a day. */
  readonly logPerDay: number;
}

/** @param requestsPerSecond of one API server, on average over a busy hour */
export function sizeFor(requestsPerSecond: number): Sizing {
  const eventsPerSecond = requestsPerSecond * measured.eventsPerRequest;
  const bytesPerSecond = eventsPerSecond * measured.bytesPerEvent;
  const peak = eventsPerSecond * burst.factor;
  const maxBatchSize = atLeast(defaults.maxBatchSize, {
    value: Math.min(largestBatch, peak / defaults.qps),
    step: 100,
  });
  const throttleQps = atLeast(defaults.qps, { value: peak / maxBatchSize, step: 1 });
  const bufferSize = atLeast(defaults.bufferSize, { value: peak * burst.seconds, step: 10_000 });
  return {
    eventsPerSecond,
    bytesPerSecond,
    bufferSize,
    maxBatchSize,
    throttleQps,
    throttleBurst: Math.ceil(throttleQps * 1.5),
    apiServerMemory: bufferSize * measured.bytesPerEvent + bytesPerSecond * patienceSeconds,
    logPerDay: bytesPerSecond * 86_400,
  };
}

/** The value, rounded up to whole steps, but not less than the least. */
function atLeast(least: number, { value, step }: { value: number; step: number }): number {
  return Math.max(least, Math.ceil(value / step) * step);
}
