import { afterEach, describe, expect, it } from '@jest/globals';
import { type ConsumerOptions, type RunningConsumer, startConsumer } from './consumer.ts';
import { StreamError } from './errors.ts';
import {
  type ConsumerListener,
  type ConsumerSession,
  type FetchedBatch,
  type KafkaConnection,
  type PartitionOffset,
  type TopicPartition,
} from './ports.ts';
import {
  type BatchContext,
  type Outcome,
  type StreamRecord,
  type StreamTelemetry,
} from './types.ts';

const ignore = (): void => undefined;
const telemetry: StreamTelemetry = {
  count: ignore,
  set: ignore,
  forget: ignore,
  observe: ignore,
  log: { info: ignore, warn: ignore, error: ignore },
};
const p0: TopicPartition = { topic: 'audit.ingested', partition: 0 };
const done: Outcome = { type: 'done' };

/** One session as the loop opened it, with the listener to play Kafka on. */
interface FakeSession {
  readonly listener: ConsumerListener;
  readonly commits: PartitionOffset[];
  readonly paused: Set<number>;
  closed: boolean;
  /** What commits fail with. */
  refusal: StreamError | undefined;
}

interface FakeKafka {
  readonly kafka: KafkaConnection;
  readonly sessions: FakeSession[];
}

function fakeKafka(): FakeKafka {
  const sessions: FakeSession[] = [];
  const openConsumer = (_: unknown, listener: ConsumerListener): ConsumerSession => {
    const session: FakeSession = {
      listener,
      commits: [],
      paused: new Set(),
      closed: false,
      refusal: undefined,
    };
    sessions.push(session);
    return {
      pause: ({ partition }) => void session.paused.add(partition),
      resume: ({ partition }) => void session.paused.delete(partition),
      commit(offsets) {
        session.commits.push(...offsets);
        return session.refusal === undefined ? Promise.resolve() : Promise.reject(session.refusal);
      },
      lastAnswerAt: () => Date.now(),
      close() {
        session.closed = true;
        return Promise.resolve();
      },
    };
  };
  const unused = (): never => {
    throw new Error('A consumer opens nothing else.');
  };
  return {
    sessions,
    kafka: { clientId: 'test', telemetry, openConsumer, openProducer: unused, openAdmin: unused },
  };
}

function batch(from: number, count: number): FetchedBatch {
  const records = Array.from({ length: count }, (_, index): StreamRecord => ({
    ...p0,
    offset: from + index,
    timestamp: 0,
    key: null,
    value: null,
    headers: {},
  }));
  return { ...p0, records, nextOffset: from + count, highWatermark: 1_000 };
}

/** A step whose calls end when and how the test says. */
interface Call {
  readonly offsets: readonly number[];
  readonly context: BatchContext;
  readonly end: (outcome?: Outcome) => void;
}

function heldStep(): { readonly calls: Call[]; readonly step: ConsumerOptions['step'] } {
  const calls: Call[] = [];
  const step: ConsumerOptions['step'] = (records, context) =>
    new Promise((resolve) => {
      const end = (outcome: Outcome = done): void => {
        resolve(records.map(() => outcome));
      };
      calls.push({ offsets: records.map(({ offset }) => offset), context, end });
    });
  return { calls, step };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('Waited in vain.');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const running: RunningConsumer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
});

interface Running {
  readonly consumer: RunningConsumer;
  readonly sessions: FakeSession[];
  readonly session: () => FakeSession;
}

async function start(step: ConsumerOptions['step']): Promise<Running> {
  const { kafka, sessions } = fakeKafka();
  const consumer = await startConsumer(kafka, {
    groupId: 'enrich',
    topics: [p0.topic],
    step,
    telemetry,
    deadLetters: () => Promise.resolve(),
    backoff: { firstMs: 2, limitMs: 10 },
    stopLimitMs: 50,
  });
  running.push(consumer);
  const session = (): FakeSession => {
    const last = sessions.at(-1);
    if (last === undefined) throw new Error('No session was opened.');
    return last;
  };
  return { consumer, sessions, session };
}

describe('the consumer loop', () => {
  it('commits nothing of an ownership that is over, and aborts its signal', async () => {
    const { calls, step } = heldStep();
    const { session } = await start(step);
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 3));
    await until(() => calls.length === 1);
    session().listener.revoked();
    expect(calls[0]?.context.signal.aborted).toBe(true);
    calls[0]?.end();
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 3));
    await until(() => calls.length === 2);
    expect(session().commits).toEqual([]);
    calls[1]?.end();
    await until(() => session().commits.length > 0);
    expect(session().commits).toEqual([{ ...p0, offset: 3 }]);
  });

  it('repeats a commit that failed, but not in the next ownership', async () => {
    const { calls, step } = heldStep();
    const { session } = await start(step);
    session().refusal = new StreamError('unreachable', 'No broker.', { retryable: true });
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 3));
    await until(() => calls.length === 1);
    calls[0]?.end();
    await until(() => session().commits.length === 2);
    const first = session().commits.splice(0);
    session().listener.revoked();
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(5, 0));
    await until(() => session().commits.length === 4);
    expect(new Set(first.map(({ offset }) => offset))).toEqual(new Set([3]));
    expect(new Set(session().commits.map(({ offset }) => offset))).toEqual(new Set([5]));
  });

  it('gives a partition to the step again only when the step of the last ownership has ended', async () => {
    const { calls, step } = heldStep();
    const { session } = await start(step);
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 3));
    await until(() => calls.length === 1);
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 3));
    await session().listener.fetched(batch(3, 3));
    expect(calls).toHaveLength(1);
    calls[0]?.end();
    await until(() => calls.length === 2);
    expect(calls[1]?.offsets).toEqual([0, 1, 2]);
  });

  it('pauses a partition that is slow, and resumes it when there is room', async () => {
    const { calls, step } = heldStep();
    const { session } = await start(step);
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 3));
    await session().listener.fetched(batch(3, 3));
    expect(session().paused).toEqual(new Set([0]));
    await until(() => calls.length === 1);
    calls[0]?.end();
    await until(() => !session().paused.has(0));
    expect(calls[1]?.offsets).toEqual([3, 4, 5]);
  });

  it('hands in again what is not settled, before anything later', async () => {
    const { calls, step } = heldStep();
    const { session } = await start(step);
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 2));
    void session().listener.fetched(batch(2, 2));
    for (let round = 0; round < 4; round += 1) {
      await until(() => calls.length === round + 1);
      expect(calls[round]?.offsets).toEqual([0, 1]);
      calls[round]?.end({ type: 'retry', cause: new Error('not now') });
    }
    await until(() => calls.length === 5);
    expect(session().commits).toEqual([]);
    calls[4]?.end();
    await until(() => calls.length === 6);
    expect(calls[5]?.offsets).toEqual([2, 3]);
  });

  it('commits what lies behind a fetch without records', async () => {
    const { session } = await start(heldStep().step);
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(7, 0));
    await until(() => session().commits.length === 1);
    expect(session().commits).toEqual([{ ...p0, offset: 7 }]);
  });

  it('opens another session when one has failed, as often as that happens', async () => {
    const { calls, step } = heldStep();
    const { consumer, sessions, session } = await start(step);
    for (let failures = 1; failures <= 3; failures += 1) {
      session().listener.assigned([p0]);
      expect(consumer.health()).toMatchObject({ connected: true, assigned: 1 });
      await session().listener.fetched(batch(0, 1));
      session().listener.failed(new StreamError('unexpected', 'Gone.', { retryable: false }));
      await until(() => sessions.length === failures + 1);
      expect(sessions[failures - 1]?.closed).toBe(true);
      expect(consumer.health()).toMatchObject({ connected: false, assigned: 0 });
      for (const call of calls) call.end();
    }
    expect(sessions.flatMap(({ commits }) => commits)).toEqual([]);
  });

  it('shows a partition in which nothing is settled', async () => {
    const { calls, step } = heldStep();
    const { consumer, session } = await start(step);
    session().listener.assigned([p0]);
    expect(consumer.health()).toEqual({ connected: true, assigned: 1, stalledForMs: 0, lag: 0 });
    await session().listener.fetched(batch(0, 10));
    await until(() => consumer.health().stalledForMs > 20);
    expect(consumer.health().lag).toBe(1_000);
    calls[0]?.end();
    await until(() => consumer.health().stalledForMs === 0);
    expect(consumer.health().lag).toBe(990);
  });

  it('commits what a running step still settles when it stops, and closes', async () => {
    const { calls, step } = heldStep();
    const { consumer, session } = await start(step);
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 3));
    await until(() => calls.length === 1);
    const stopped = consumer.stop();
    calls[0]?.end();
    await stopped;
    expect(session().commits).toEqual([{ ...p0, offset: 3 }]);
    expect(session().closed).toBe(true);
  });

  it('abandons a step that does not end when it stops', async () => {
    const { calls, step } = heldStep();
    const { consumer, session } = await start(step);
    session().listener.assigned([p0]);
    await session().listener.fetched(batch(0, 3));
    await until(() => calls.length === 1);
    await consumer.stop();
    expect(calls[0]?.context.signal.aborted).toBe(true);
    calls[0]?.end();
    expect(session()).toMatchObject({ commits: [], closed: true });
  });
});
