/** The consumer port on kafkajs. */
import {
  type Batch,
  type Consumer,
  type EachBatchPayload,
  type IHeaders,
  type KafkaMessage,
  type PartitionAssigner,
  PartitionAssigners,
} from 'kafkajs';
import { StreamError } from './errors.ts';
import { createFetchWatch, type FetchWatch } from './fetch-watch.ts';
import { groupBy } from './group-by.ts';
import { type KafkajsSettings, openKafkajs } from './kafkajs-client.ts';
import { toStreamError } from './kafkajs-errors.ts';
import {
  type ConsumerListener,
  type ConsumerSession,
  type ConsumerSessionOptions,
  type FetchedBatch,
  type PartitionOffset,
  type TopicPartition,
} from './ports.ts';
import { type StreamRecord } from './types.ts';
import { endsWithin } from './wait.ts';

/** How long a fetch waits at the broker, and how long kafkajs sleeps when everything is paused. */
const MAX_WAIT_MS = 100;
const REBALANCE_TIMEOUT_MS = 60_000;
/** Batches that are handed over at the same time. It costs nothing: handing over is not working on them. */
const HANDOVERS = 32;

type CommitNow = EachBatchPayload['commitOffsetsIfNecessary'];

const staleFetches = new StreamError(
  'not-owner',
  'The group was joined again while other brokers were being fetched from.',
  { retryable: true },
);

interface SessionState {
  /** Counts ownerships; what began in an earlier one must not move offsets in a later one. */
  generation: number;
  commitNow: CommitNow | undefined;
  lastAnswerAt: number;
  muted: boolean;
}

export function openKafkajsConsumer(
  settings: KafkajsSettings,
  options: ConsumerSessionOptions,
  listener: ConsumerListener,
): ConsumerSession {
  const state: SessionState = {
    generation: 0,
    commitNow: undefined,
    lastAnswerAt: 0,
    muted: false,
  };
  const client = openKafkajs(settings, 'longer than a session');
  const fetches = createFetchWatch();
  const fail = (error: unknown): void => {
    if (state.muted) return;
    state.muted = true;
    listener.failed(toStreamError(error, `The consumer of group ${options.groupId} failed`));
  };
  const onJoining = (): void => {
    state.generation += 1;
    if (!state.muted) listener.revoked();
    if (fetches.joinMakesStale()) fail(staleFetches);
  };
  const consumer = client.kafka.consumer({
    groupId: options.groupId,
    partitionAssigners: [announceJoining(PartitionAssigners.roundRobin, onJoining)],
    sessionTimeout: options.sessionTimeoutMs,
    heartbeatInterval: Math.ceil(options.sessionTimeoutMs / 5),
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    maxBytesPerPartition: options.maxBatchBytes,
    maxWaitTimeInMs: MAX_WAIT_MS,
    allowAutoTopicCreation: false,
    // A crashed kafkajs consumer is never restarted in place: a new session takes over.
    retry: { restartOnFailure: () => Promise.resolve(false) },
  });
  watch(consumer, { state, listener, fetches, fail });
  void begin(consumer, options, takeBatches(state, listener)).catch(fail);
  return sessionOf(consumer, state, client.cut);
}

function sessionOf(consumer: Consumer, state: SessionState, cut: () => void): ConsumerSession {
  return {
    pause({ topic, partition }) {
      ifRunning(() => {
        consumer.pause([{ topic, partitions: [partition] }]);
      });
    },
    resume({ topic, partition }) {
      ifRunning(() => {
        consumer.resume([{ topic, partitions: [partition] }]);
      });
    },
    commit: (offsets) => commit(state, offsets),
    lastAnswerAt: () => state.lastAnswerAt,
    async close(limitMs) {
      state.muted = true;
      await endsWithin(consumer.disconnect(), limitMs);
      cut();
    },
  };
}

async function begin(
  consumer: Consumer,
  options: ConsumerSessionOptions,
  eachBatch: (payload: EachBatchPayload) => Promise<void>,
): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: HANDOVERS,
    eachBatch,
  });
}

/** kafkajs refuses to pause and resume once it has crashed or stopped; there is nothing to pause then. */
function ifRunning(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (toStreamError(error, '').code !== 'unexpected') throw error;
  }
}

interface Watched {
  readonly state: SessionState;
  readonly listener: ConsumerListener;
  readonly fetches: FetchWatch;
  readonly fail: (error: unknown) => void;
}

function watch(consumer: Consumer, { state, listener, fetches, fail }: Watched): void {
  const { events } = consumer;
  consumer.on(events.GROUP_JOIN, ({ payload }) => {
    if (!state.muted) listener.assigned(assignedPartitions(payload.memberAssignment));
  });
  consumer.on(events.REQUEST, () => {
    state.lastAnswerAt = Date.now();
  });
  consumer.on(events.FETCH_START, ({ payload }) => {
    fetches.started(String(payload.nodeId));
  });
  consumer.on(events.FETCH, ({ payload }) => {
    fetches.ended(String(payload.nodeId));
  });
  // A batch of which compaction or control records left nothing is not handed to eachBatch.
  consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0 || state.muted) return;
    const { topic, partition, lastOffset, highWatermark } = payload;
    void listener.fetched({
      topic,
      partition,
      records: [],
      nextOffset: Number(lastOffset) + 1,
      highWatermark: Number(highWatermark),
    });
  });
  consumer.on(events.CRASH, ({ payload }) => {
    fail(payload.error);
  });
}

function assignedPartitions(
  assignment: Readonly<Record<string, readonly number[]>>,
): readonly TopicPartition[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}

function takeBatches(
  state: SessionState,
  listener: ConsumerListener,
): (payload: EachBatchPayload) => Promise<void> {
  return async (payload) => {
    const { batch } = payload;
    const { generation } = state;
    if (state.muted) return;
    state.commitNow = (offsets) => payload.commitOffsetsIfNecessary(offsets);
    await listener.fetched(toFetchedBatch(batch));
    // Not in a later generation: its fetches begin at the committed offset, and must not be moved on.
    if (generation === state.generation) payload.resolveOffset(batch.lastOffset());
  };
}

function toFetchedBatch(batch: Batch): FetchedBatch {
  const { topic, partition } = batch;
  return {
    topic,
    partition,
    records: batch.messages.map((message) => toRecord(topic, partition, message)),
    nextOffset: Number(batch.lastOffset()) + 1,
    highWatermark: Number(batch.highWatermark),
  };
}

const noHeaders: StreamRecord['headers'] = Object.freeze({});

function toRecord(topic: string, partition: number, message: KafkaMessage): StreamRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: message.headers === undefined ? noHeaders : toHeaders(message.headers),
  };
}

/** Of a header given several times, the last counts. */
function toHeaders(headers: IHeaders): StreamRecord['headers'] {
  const entries = Object.entries(headers).flatMap(([name, values]): [string, Buffer][] => {
    const value = Array.isArray(values) ? values.at(-1) : values;
    return value === undefined ? [] : [[name, Buffer.from(value)]];
  });
  return entries.length === 0 ? noHeaders : Object.fromEntries(entries);
}

/**
 * One request. `consumer.commitOffsets` will not do: it retries by itself, and a retry that falls into the
 * next generation commits, in its name, partitions which are another's by then (kafkajs issue 1046).
 */
async function commit(state: SessionState, offsets: readonly PartitionOffset[]): Promise<void> {
  if (state.commitNow === undefined) {
    const message = 'Offsets can be committed only after a partition was fetched.';
    throw new StreamError('not-owner', message, { retryable: true });
  }
  const topics = groupBy(offsets, ({ topic }) => topic);
  try {
    await state.commitNow({
      topics: [...topics].map(([topic, partitions]) => ({
        topic,
        partitions: partitions.map(({ partition, offset, metadata }) => ({
          partition,
          offset: String(offset),
          ...(metadata === undefined ? {} : { metadata }),
        })),
      })),
    });
  } catch (error) {
    throw toStreamError(error, 'Offsets were not committed');
  }
}

/**
 * kafkajs tells nobody that it is about to give its partitions up. But it asks its assigner what to offer
 * just before it joins the group, and that is the moment.
 */
function announceJoining(assigner: PartitionAssigner, onJoining: () => void): PartitionAssigner {
  return (config) => {
    const inner = assigner(config);
    return {
      name: inner.name,
      version: inner.version,
      assign: (group) => inner.assign(group),
      protocol(subscription) {
        onJoining();
        return inner.protocol(subscription);
      },
    };
  };
}
