/** Every error that kafkajs can throw, as a StreamError. The table is total: what it does not know is `unexpected`. */
import { inspect } from 'node:util';
import { StreamError, type StreamErrorCode } from './errors.ts';

interface Classification {
  readonly code: StreamErrorCode;
  readonly retryable: boolean;
}

const retry = (code: StreamErrorCode): Classification => ({ code, retryable: true });
const never = (code: StreamErrorCode): Classification => ({ code, retryable: false });

/** By the name of Kafka's protocol error, where its own flag does not say enough. */
const byType: Readonly<Record<string, Classification>> = {
  UNKNOWN_TOPIC_OR_PARTITION: retry('unknown-topic'),
  INVALID_TOPIC_EXCEPTION: never('refused'),
  MESSAGE_TOO_LARGE: never('record-too-large'),
  RECORD_LIST_TOO_LARGE: never('record-too-large'),
  REQUEST_TIMED_OUT: retry('timeout'),
  NETWORK_EXCEPTION: retry('unreachable'),
  BROKER_NOT_AVAILABLE: retry('unavailable'),
  ILLEGAL_GENERATION: retry('not-owner'),
  UNKNOWN_MEMBER_ID: retry('not-owner'),
  REBALANCE_IN_PROGRESS: retry('not-owner'),
  FENCED_INSTANCE_ID: retry('not-owner'),
  OUT_OF_ORDER_SEQUENCE_NUMBER: retry('sequence-broken'),
  DUPLICATE_SEQUENCE_NUMBER: retry('sequence-broken'),
  INVALID_PRODUCER_EPOCH: retry('sequence-broken'),
  INVALID_PRODUCER_ID_MAPPING: retry('sequence-broken'),
  UNKNOWN_PRODUCER_ID: retry('sequence-broken'),
  SASL_AUTHENTICATION_FAILED: never('unauthenticated'),
  UNSUPPORTED_SASL_MECHANISM: never('unauthenticated'),
  ILLEGAL_SASL_STATE: never('unauthenticated'),
  TOPIC_AUTHORIZATION_FAILED: never('unauthorised'),
  GROUP_AUTHORIZATION_FAILED: never('unauthorised'),
  CLUSTER_AUTHORIZATION_FAILED: never('unauthorised'),
};

/** By the name of the class, for errors that do not come from the protocol. */
const byName: Readonly<Record<string, Classification>> = {
  KafkaJSConnectionError: retry('unreachable'),
  KafkaJSConnectionClosedError: retry('unreachable'),
  KafkaJSBrokerNotFound: retry('unreachable'),
  KafkaJSNoBrokerAvailableError: retry('unreachable'),
  KafkaJSGroupCoordinatorNotFound: retry('unreachable'),
  KafkaJSRequestTimeoutError: retry('timeout'),
  KafkaJSTimeout: retry('timeout'),
  KafkaJSLockTimeout: retry('timeout'),
  KafkaJSMetadataNotLoaded: retry('unavailable'),
  KafkaJSTopicMetadataNotLoaded: retry('unavailable'),
  KafkaJSStaleTopicMetadataAssignment: retry('unavailable'),
  KafkaJSSASLAuthenticationError: never('unauthenticated'),
};

/**
 * @param what what was being done, as the beginning of a sentence: "Records were not acknowledged"
 */
export function toStreamError(error: unknown, what: string): StreamError {
  if (error instanceof StreamError) return error;
  const root = rootOf(error);
  const { code, retryable } = classify(root);
  const reason = root instanceof Error ? root.message : reasonOf(root);
  return new StreamError(code, `${what}: ${reason}`, { retryable, cause: error });
}

/** Not `String`, which throws for an object that has no way to become text. */
function reasonOf(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { customInspect: false });
}

/** kafkajs wraps an error once for each of its retry loops, and lists those of a multiple request. */
function rootOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const errors: unknown = 'errors' in error ? error.errors : undefined;
  if (Array.isArray(errors) && errors.length > 0) return rootOf(errors[0]);
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

function classify(error: unknown): Classification {
  if (!(error instanceof Error)) return never('unexpected');
  const type = textOf(error, 'type');
  if (type !== undefined) {
    const flagged = 'retriable' in error && error.retriable === true;
    return byType[type] ?? (flagged ? retry('unavailable') : never('refused'));
  }
  const known = byName[error.name];
  if (known !== undefined) return known;
  // A non-retriable wrapper keeps the message of what it wraps, but not always its cause.
  return 'retriable' in error && error.retriable === true
    ? retry('unavailable')
    : never('unexpected');
}

function textOf(error: Error, field: string): string | undefined {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : undefined;
}
