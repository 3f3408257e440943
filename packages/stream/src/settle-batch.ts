/** Brings every record of one batch to its end: hands in, dead-letters, commits the prefix, backs off, again. */
import { backoffMs, type BackoffPolicy } from './backoff.ts';
import { codeOf } from './errors.ts';
import {
  acknowledgeDeadLetters,
  applyOutcomes,
  type BatchState,
  committable,
  isSettled,
  openBatch,
  recordsToDeadLetter,
  recordsToHandIn,
  settledCount,
} from './loop.ts';
import { type FetchedBatch, type TopicPartition } from './ports.ts';
import {
  type BatchStep,
  type DeadLetterSink,
  type Outcome,
  type StreamTelemetry,
} from './types.ts';
import { type Slots, wait } from './wait.ts';

export interface SettleOptions {
  readonly partition: TopicPartition;
  readonly step: BatchStep;
  readonly deadLetters: DeadLetterSink;
  readonly backoff: BackoffPolicy;
  readonly slots: Slots;
  readonly telemetry: StreamTelemetry;
  /** Aborted when outcomes no longer count. */
  readonly lost: AbortSignal;
  /** Aborted when no further round is to begin; also when `lost` is. */
  readonly ending: AbortSignal;
  /** Everything before this offset is settled. */
  readonly onSettled: (offset: number) => void;
}

/** Resolves when the batch is settled, or when it is to be left as it is. Never rejects. */
export async function settleBatch(batch: FetchedBatch, options: SettleOptions): Promise<void> {
  let state = openBatch(batch.records, batch.nextOffset);
  for (let attempt = 0; !options.ending.aborted; attempt += 1) {
    const next = await playRound(state, options);
    if (options.lost.aborted) return;
    if (isSettled(next) || committable(next) > committable(state)) {
      options.onSettled(committable(next));
    }
    if (isSettled(next)) return;
    if (settledCount(next) > settledCount(state)) attempt = 0;
    state = next;
    await backOff(state, attempt, options);
  }
}

async function playRound(state: BatchState, options: SettleOptions): Promise<BatchState> {
  const judged = await judge(state, options);
  return options.lost.aborted ? judged : deadLetter(judged, options);
}

async function judge(state: BatchState, options: SettleOptions): Promise<BatchState> {
  const records = recordsToHandIn(state);
  if (records.length === 0) return state;
  const giveBack = await options.slots.take();
  const startedAt = performance.now();
  try {
    if (options.ending.aborted) return state;
    const outcomes = await options.step(records, { signal: options.lost });
    const next = applyOutcomes(state, outcomes);
    countOutcomes(outcomes, options);
    return next;
  } catch (error) {
    if (!options.lost.aborted)
      reportRetry(error, 'The step failed on a batch; it is retried.', options);
    return state;
  } finally {
    giveBack();
    options.telemetry.observe(
      'stream_batch_seconds',
      { topic: options.partition.topic },
      (performance.now() - startedAt) / 1000,
    );
  }
}

async function deadLetter(state: BatchState, options: SettleOptions): Promise<BatchState> {
  const rejected = recordsToDeadLetter(state);
  if (rejected.length === 0) return state;
  try {
    await options.deadLetters(rejected);
    return acknowledgeDeadLetters(state);
  } catch (error) {
    if (!options.lost.aborted)
      reportRetry(error, 'Dead letters were not acknowledged; they are sent again.', options);
    return state;
  }
}

function countOutcomes(outcomes: readonly Outcome[], options: SettleOptions): void {
  const { topic } = options.partition;
  for (const type of ['done', 'rejected', 'retry'] as const) {
    const count = outcomes.filter((outcome) => outcome.type === type).length;
    if (count > 0) options.telemetry.count('stream_records_total', { topic, outcome: type }, count);
  }
  const retried = outcomes.find((outcome) => outcome.type === 'retry');
  if (retried !== undefined) {
    reportRetry(retried.cause, 'The step asked to retry records.', options);
  }
}

function reportRetry(error: unknown, message: string, options: SettleOptions): void {
  const { topic, partition } = options.partition;
  options.telemetry.count('stream_retries_total', { topic, reason: codeOf(error) });
  options.telemetry.log.warn({ topic, partition, error }, message);
}

async function backOff(state: BatchState, attempt: number, options: SettleOptions): Promise<void> {
  const ms = backoffMs(options.backoff, attempt, Math.random());
  const { topic, partition } = options.partition;
  options.telemetry.log.info(
    { topic, partition, offset: committable(state), attempt, waitMs: Math.round(ms) },
    'The partition waits before its unsettled records are handed in again.',
  );
  await wait(ms, options.ending);
}
