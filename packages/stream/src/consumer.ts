/**
 * The consumer loop: keeps a session with Kafka alive and hands its partitions' records to a step.
 * docs/stream.md is its contract.
 */
import { type BackoffPolicy, defaultBackoff } from './backoff.ts';
import { type Ownership, startOwnership } from './ownership.ts';
import { type Recollect, recollection } from './recollection.ts';
import {
  type ConsumerListener,
  type ConsumerSession,
  type KafkaConnection,
  type TopicPartition,
} from './ports.ts';
import { superviseSessions } from './supervisor.ts';
import {
  type BatchStep,
  type DeadLetterSink,
  type PartitionMemory,
  type StreamTelemetry,
} from './types.ts';
import { createSlots } from './wait.ts';

export interface ConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly step: BatchStep;
  readonly deadLetters: DeadLetterSink;
  /** For a step over one topic that remembers something; none if not given. */
  readonly memory?: PartitionMemory;
  readonly telemetry: StreamTelemetry;
  /** Waits between rounds of a partition; 100 ms to 30 s if not given. */
  readonly backoff?: BackoffPolicy;
  /** Bytes fetched of a partition at a time; 1 MiB if not given. Three such batches of each may be held. */
  readonly maxBatchBytes?: number;
  /** Partitions whose step runs at the same time; 4 if not given. */
  readonly concurrency?: number;
  /** Milliseconds without a heartbeat after which others take over; 10,000 if not given. */
  readonly sessionTimeoutMs?: number;
  /** Milliseconds that a running step is given when the consumer stops; 5,000 if not given. */
  readonly stopLimitMs?: number;
}

export interface ConsumerHealth {
  /** A member of its group, and Kafka has answered within the last ten seconds. */
  readonly connected: boolean;
  /** Partitions owned. */
  readonly assigned: number;
  /** Milliseconds for which there was work, or no connection, and no record was settled; 0 when all is well. */
  readonly stalledForMs: number;
  /** Records behind the ends of the owned partitions, as last fetched: a paused partition's may be older. */
  readonly lag: number;
}

export interface RunningConsumer {
  /** Finishes or abandons the running steps within a bound, commits what is settled, leaves the group. */
  stop(): Promise<void>;
  health(): ConsumerHealth;
}

const ANSWER_LIMIT_MS = 10_000;
/** With a step's last moments and a commit, a stop stays below the ten seconds that a service gives it. */
const STOP_LIMIT_MS = 5_000;
const CLOSE_LIMIT_MS = 3_000;

/**
 * Consumes topics as a member of a group, from the beginning where the group has committed nothing.
 * Resolves once the loop runs, which does not wait for Kafka: `health` says whether it is connected.
 * The loop goes on until `stop`, whatever happens to Kafka.
 */
export function startConsumer(
  kafka: KafkaConnection,
  options: ConsumerOptions,
): Promise<RunningConsumer> {
  const owner = createOwner(options, recollection(kafka, options));
  const sessions = superviseSessions({
    telemetry: options.telemetry,
    closeLimitMs: CLOSE_LIMIT_MS,
    onLost: owner.lose,
    open: (fail) => openSession(kafka, options, (session) => owner.listener(session, fail)),
  });
  return Promise.resolve({
    async stop() {
      await owner.drain(options.stopLimitMs ?? STOP_LIMIT_MS);
      await sessions.stop();
    },
    health: () => healthOf(owner, sessions.current()),
  });
}

type SessionOf = () => ConsumerSession;

function openSession(
  kafka: KafkaConnection,
  options: ConsumerOptions,
  listenerOf: (session: SessionOf) => ConsumerListener,
): ConsumerSession {
  const session: ConsumerSession = kafka.openConsumer(
    {
      groupId: options.groupId,
      topics: options.topics,
      maxBatchBytes: options.maxBatchBytes ?? 1_048_576,
      sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    },
    listenerOf(() => session),
  );
  return session;
}

interface Owner {
  listener(session: SessionOf, fail: ConsumerListener['failed']): ConsumerListener;
  readonly lose: () => void;
  drain(limitMs: number): Promise<void>;
  ownership(): Ownership | undefined;
  /** Since when nothing is owned, in epoch milliseconds. */
  lostAt(): number;
}

/** Holds at most one ownership: a new one begins only after the last has been lost. */
function createOwner(options: ConsumerOptions, recollect: Recollect): Owner {
  const running = new Map<string, Promise<void>>();
  const slots = createSlots(options.concurrency ?? 4);
  let ownership: Ownership | undefined;
  let lostAt = Date.now();
  let draining = false;

  const lose = (): void => {
    if (ownership === undefined) return;
    ownership.lose();
    // An outage began with Kafka's silence, not when the client gave up waiting.
    lostAt = Math.min(Date.now(), ownership.session.lastAnswerAt());
    ownership = undefined;
  };
  const own = (partitions: readonly TopicPartition[], session: ConsumerSession): void => {
    lose();
    if (draining) return;
    options.telemetry.count('stream_rebalances_total', { group: options.groupId });
    const backoff = options.backoff ?? defaultBackoff;
    ownership = startOwnership({
      ...{ ...options, backoff, slots, running, partitions, session, recollect },
    });
  };
  return {
    listener: (session, fail) => ({
      assigned: (partitions) => {
        own(partitions, session());
      },
      revoked: lose,
      fetched: async (batch) => {
        await ownership?.take(batch);
      },
      failed: fail,
    }),
    lose,
    async drain(limitMs) {
      draining = true;
      await ownership?.drain(limitMs);
      lose();
    },
    ownership: () => ownership,
    lostAt: () => lostAt,
  };
}

function healthOf(owner: Owner, session: ConsumerSession | undefined): ConsumerHealth {
  const now = Date.now();
  const ownership = owner.ownership();
  const answeredAt = session?.lastAnswerAt() ?? 0;
  const connected = ownership !== undefined && now - answeredAt < ANSWER_LIMIT_MS;
  const progress = ownership?.workers.map((worker) => worker.progress()) ?? [];
  const waits = progress.map(({ waitingSince }) => now - (waitingSince ?? now));
  const away = ownership === undefined ? now - owner.lostAt() : connected ? 0 : now - answeredAt;
  return {
    connected,
    assigned: progress.length,
    stalledForMs: Math.max(0, away, ...waits),
    lag: progress.reduce((sum, { lag }) => sum + lag, 0),
  };
}
