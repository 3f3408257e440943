/**
 * The ports of the stream: what a step of the pipeline sees of Kafka. `docs/stream.md` is the contract.
 */

/** One record as a consumer sees it. Offsets and timestamps (epoch milliseconds) are safe integers. */
export interface StreamRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds; the broker's append time on topics configured with LogAppendTime. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** Why a record can never be processed: a bounded code for counting, a sentence for people. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}

/**
 * What became of one record.
 * - `done`: every effect of the record is durable;
 * - `rejected`: it can never succeed and goes to the dead letters;
 * - `retry`: it may succeed later; it is handed in again, and nothing behind it is committed.
 */
export type Outcome =
  | { readonly type: 'done' }
  | { readonly type: 'rejected'; readonly rejection: Rejection }
  | { readonly type: 'retry'; readonly cause: unknown };

export interface BatchContext {
  /** Aborted when the consumer stops or loses the partition: the outcome no longer counts. */
  readonly signal: AbortSignal;
}

/**
 * A step's work on consecutive records of one partition: one outcome for each record, in order.
 * A step that throws asks to retry the whole batch.
 */
export type BatchStep = (
  records: readonly StreamRecord[],
  context: BatchContext,
) => Promise<readonly Outcome[]>;

/**
 * What a step remembers of a partition from batch to batch. It is committed with the offset, so that who
 * takes the partition over goes on with it, after a crash too.
 */
export interface PartitionMemory {
  /**
   * Told before the first batch of each ownership.
   * @param text what was committed with the offset at which the ownership begins; empty where there is none
   */
  restore(partition: number, text: string): void;
  /** What to commit: at most 4,096 bytes. It may know of more records than the committed offset, of none fewer. */
  save(partition: number): string;
}

export interface RejectedRecord {
  readonly record: StreamRecord;
  readonly rejection: Rejection;
}

/** Resolves when the dead letters are acknowledged on all replicas; only then may their offsets be committed. */
export type DeadLetterSink = (rejected: readonly RejectedRecord[]) => Promise<void>;

/** A record on its way to Kafka. Without a partition, the key decides (murmur2, as Kafka's Java client). */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, Buffer>>;
}

/** Resolves when every record is acknowledged on all in-sync replicas (acks=all). */
export interface RecordProducer {
  send(records: readonly OutgoingRecord[]): Promise<void>;
}

export type StreamCounter =
  | 'stream_records_total'
  | 'stream_retries_total'
  | 'stream_rebalances_total'
  | 'stream_produced_records_total';
export type StreamGauge = 'stream_lag_records' | 'stream_committed_offset';
export type StreamHistogram = 'stream_batch_seconds';

/** Where the stream reports what happens; `packages/runtime` has an implementation that fits. */
export interface StreamTelemetry {
  count(metric: StreamCounter, labels: Readonly<Record<string, string>>, by?: number): void;
  set(metric: StreamGauge, labels: Readonly<Record<string, string>>, value: number): void;
  /** What was set under these labels is known no more: the partition is another's by now. */
  forget(metric: StreamGauge, labels: Readonly<Record<string, string>>): void;
  observe(metric: StreamHistogram, labels: Readonly<Record<string, string>>, value: number): void;
  readonly log: StreamLog;
}

export interface StreamLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
