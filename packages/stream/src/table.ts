/** A compacted topic kept in memory: read from its beginning by every process, each in a group of its own. */
import { randomUUID } from 'node:crypto';
import { StreamError } from './errors.ts';
import {
  type AdminSession,
  type ConsumerListener,
  type FetchedBatch,
  type KafkaConnection,
  type OffsetRange,
} from './ports.ts';
import { superviseSessions } from './supervisor.ts';
import { type StreamRecord, type StreamTelemetry } from './types.ts';
import { createBell, endsWithin } from './wait.ts';

export interface TableOptions {
  readonly topic: string;
  /** Called for each record in the order of its partition, once. It must not throw. */
  readonly onRecord: (record: StreamRecord) => void;
  readonly telemetry: StreamTelemetry;
  /** Milliseconds after which `catchUp` gives up; 30,000 if not given. */
  readonly catchUpLimitMs?: number;
}

export interface Table {
  /**
   * Resolves when everything that was in the topic at the time of the call has been handed to `onRecord`.
   * Rejects with a retryable StreamError when Kafka does not answer in time.
   */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

const CLOSE_LIMIT_MS = 2_000;

/** Resolves once the reader runs, which does not wait for Kafka. The reader goes on until `stop`. */
export function openTable(kafka: KafkaConnection, options: TableOptions): Promise<Table> {
  const limitMs = options.catchUpLimitMs ?? 30_000;
  const reader = createReader(options);
  const ends = createEnds(kafka, options.topic);
  const groupId = `${kafka.clientId}.table.${options.topic}.${randomUUID()}`;
  const sessions = superviseSessions({
    telemetry: options.telemetry,
    closeLimitMs: CLOSE_LIMIT_MS,
    onLost: () => undefined,
    open: (fail) =>
      kafka.openConsumer(
        { groupId, topics: [options.topic], maxBatchBytes: 1_048_576, sessionTimeoutMs: 10_000 },
        reader.listener(fail),
      ),
  });
  return Promise.resolve({
    async catchUp() {
      const deadline = Date.now() + limitMs;
      const wanted = ends.read();
      if (!(await endsWithin(wanted, limitMs))) throw behind(options.topic);
      await reader.reach(await wanted, deadline);
    },
    async stop() {
      await sessions.stop();
      await ends.close();
    },
  });
}

interface Reader {
  listener(fail: ConsumerListener['failed']): ConsumerListener;
  /** @param deadline in epoch milliseconds */
  reach(ends: readonly OffsetRange[], deadline: number): Promise<void>;
}

/**
 * Positions are kept over sessions, so that a new one, which reads from the beginning again, hands nothing
 * in twice. They are where fetches end, not where records are: the offsets before the end may be those of
 * records that were compacted away, or of transaction markers.
 */
function createReader({ topic, onRecord }: TableOptions): Reader {
  const positions = new Map<number, number>();
  const bell = createBell();
  const take = ({ partition, records, nextOffset }: FetchedBatch): void => {
    const position = positions.get(partition) ?? 0;
    for (const record of records) if (record.offset >= position) onRecord(record);
    positions.set(partition, Math.max(position, nextOffset));
    bell.ring();
  };
  const hasReached = ({ partition, start, end }: OffsetRange): boolean =>
    start === end || (positions.get(partition) ?? 0) >= end;

  return {
    listener: (fail) => ({
      assigned: () => undefined,
      revoked: () => undefined,
      fetched(batch) {
        take(batch);
        return Promise.resolve();
      },
      failed: fail,
    }),
    async reach(ends, deadline) {
      while (!ends.every(hasReached)) {
        if (!(await endsWithin(bell.rung(), deadline - Date.now()))) throw behind(topic);
      }
    },
  };
}

function behind(topic: string): StreamError {
  const message = `${topic} was not read to its end in time.`;
  return new StreamError('timeout', message, { retryable: true });
}

interface Ends {
  /** The ends as they were at some time after the call. */
  read(): Promise<readonly OffsetRange[]>;
  close(): Promise<void>;
}

/** Calls that come while a request is under way share the next one. */
function createEnds(kafka: KafkaConnection, topic: string): Ends {
  let admin: AdminSession | undefined;
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<readonly OffsetRange[]> | undefined;

  const request = async (): Promise<readonly OffsetRange[]> => {
    next = undefined;
    admin ??= await kafka.openAdmin();
    try {
      return await admin.offsets(topic);
    } catch (error) {
      const failed = admin;
      admin = undefined;
      await failed.close();
      throw error;
    }
  };
  return {
    read() {
      if (next === undefined) {
        next = current.then(request);
        current = next.catch(() => undefined);
      }
      return next;
    },
    async close() {
      await current;
      await admin?.close();
    },
  };
}
