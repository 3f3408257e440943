/** What goes wrong between a service and Kafka, in a bounded set of codes. */
import { type OutgoingRecord } from './types.ts';

export type StreamErrorCode =
  /** No broker could be reached, or the connection broke before the answer. */
  | 'unreachable'
  /** Kafka did not answer in time; whether the request took effect is unknown. */
  | 'timeout'
  /** Kafka answered that it cannot do this now: a leader is being elected, replicas are missing. */
  | 'unavailable'
  /** The topic or partition does not exist. */
  | 'unknown-topic'
  /** The record is larger than the topic takes. */
  | 'record-too-large'
  /** Kafka refuses the record or the request as such. */
  | 'refused'
  /** The credentials are wrong. */
  | 'unauthenticated'
  /** The credentials are right, but may not do this. */
  | 'unauthorised'
  /** The partition belongs to another member of the group by now. */
  | 'not-owner'
  /** An idempotent producer and the broker disagree about what has been written. */
  | 'sequence-broken'
  /** A record sent earlier was not acknowledged, so that this one must not overtake it. */
  | 'behind-failure'
  /** It has been stopped. */
  | 'stopped'
  /** A step did not give one outcome for each record. */
  | 'outcomes-mismatch'
  /** Nothing of the above: a defect in this package or its client. */
  | 'unexpected';

export interface StreamErrorOptions {
  readonly retryable: boolean;
  readonly records?: readonly OutgoingRecord[];
  readonly cause?: unknown;
}

/** `retryable` says whether the very same call may succeed later without anybody changing anything. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: StreamErrorCode;
  readonly retryable: boolean;
  /** With `record-too-large`: the records that were refused. All others of that `send` are acknowledged. */
  readonly records: readonly OutgoingRecord[];

  constructor(code: StreamErrorCode, message: string, options: StreamErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
    this.records = options.records ?? [];
  }
}

/** The bounded code of any error, for counting. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'unexpected';
  return typeof error.code === 'string' ? error.code : 'unexpected';
}
