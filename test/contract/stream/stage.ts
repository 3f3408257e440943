/** Topics, groups and records of one test. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { consumerLag, ensureTopics } from '@auditstream/stream/admin';
import { type KafkaConnection } from '@auditstream/stream/connection';
import {
  type ConsumerOptions,
  type RunningConsumer,
  startConsumer,
} from '@auditstream/stream/consumer';
import {
  type ProducerOptions,
  type RunningProducer,
  startProducer,
} from '@auditstream/stream/producer';
import {
  type OutgoingRecord,
  type StreamRecord,
  type StreamTelemetry,
} from '@auditstream/stream/types';
import { openTable, type Table, type TableOptions } from '@auditstream/stream/table';
import { waitFor } from '../../support/wait-for.ts';
import { type TestKafka } from '../../support/kafka.ts';
import { silent, type StreamClient } from './client.ts';

/** Where a suite is held: one broker, and a client to reach it by. */
export interface Ground {
  readonly client: StreamClient;
  readonly broker: () => TestKafka;
  readonly connect: (telemetry?: StreamTelemetry) => Promise<KafkaConnection>;
}

export interface Stage {
  readonly kafka: KafkaConnection;
  readonly topic: string;
  readonly groupId: string;
  readonly partitions: number;
}

/** A topic and a group that no other test knows. */
export async function setStage(
  kafka: KafkaConnection,
  partitions: number,
  config: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const topic = `contract.${randomUUID()}`;
  await ensureTopics(kafka, [{ name: topic, partitions, replicationFactor: 1, config }]);
  return { kafka, topic, groupId: `${topic}.group`, partitions };
}

/** What this file's functions have started; a test that fails stops nothing itself. */
const started: { stop(): Promise<unknown> }[] = [];

async function remember<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const running = await starting;
  started.push(running);
  return running;
}

export async function stopAll(): Promise<void> {
  for (const running of started.splice(0)) await running.stop();
}

export type Members = Omit<ConsumerOptions, 'groupId' | 'topics' | 'telemetry' | 'deadLetters'> &
  Partial<Pick<ConsumerOptions, 'telemetry' | 'deadLetters'>>;

export function join({ kafka, topic, groupId }: Stage, options: Members): Promise<RunningConsumer> {
  const consumer = startConsumer(kafka, {
    telemetry: silent(),
    deadLetters: () => Promise.reject(new Error('nothing is rejected here')),
    sessionTimeoutMs: 6_000,
    backoff: { firstMs: 20, limitMs: 200 },
    ...options,
    groupId,
    topics: [topic],
  });
  return remember(consumer);
}

export function produce(
  { kafka }: Stage,
  options: Partial<ProducerOptions> = {},
): Promise<RunningProducer> {
  return remember(startProducer(kafka, { telemetry: silent(), ...options }));
}

/** A table of the stage's topic; what it does with records is the test's. */
export function tabulate(
  { kafka, topic }: Stage,
  options: Omit<TableOptions, 'topic' | 'telemetry'>,
): Promise<Table> {
  return remember(openTable(kafka, { ...options, topic, telemetry: silent() }));
}

/** Records numbered from `from` on, of which number n has key `n mod keys` and lies in partition `key mod partitions`. */
export function numbered(
  { topic, partitions }: Stage,
  { from = 0, count, keys = 30 }: { from?: number; count: number; keys?: number },
): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const key = number % keys;
    return {
      topic,
      partition: key % partitions,
      key: Buffer.from(`k${key}`),
      value: Buffer.from(String(number)),
    };
  });
}

export function numberOf({ value }: StreamRecord): number {
  return Number(value?.toString());
}

/** Sends until it is acknowledged, as a service does. */
export async function sendUntilAcknowledged(
  producer: RunningProducer,
  records: readonly OutgoingRecord[],
): Promise<void> {
  const send = (): Promise<true | undefined> =>
    producer.send(records).then(
      () => true,
      () => undefined,
    );
  await waitFor('records are acknowledged', send, 120_000);
}

export interface Load {
  /** Resolves, once what is under way is acknowledged, with the count of records sent. */
  stop(): Promise<number>;
}

/** Records without end, numbered, in chunks one after the other. */
export function startLoad(stage: Stage, producer: RunningProducer, chunk: number): Load {
  const over = new AbortController();
  const run = async (): Promise<number> => {
    let sent = 0;
    for (; !over.signal.aborted; sent += chunk) {
      await sendUntilAcknowledged(producer, numbered(stage, { from: sent, count: chunk }));
      await delay(50);
    }
    return sent;
  };
  const running = run();
  const load = {
    stop() {
      over.abort();
      return running;
    },
  };
  // Before the producer that it uses, and whatever has become of it.
  started.unshift({ stop: () => load.stop().then(ignore, ignore) });
  return load;
}

function ignore(): void {
  // The test has failed for another reason.
}

/** By partition, where the group would start again. */
export async function committedOffsets(stage: Stage): Promise<ReadonlyMap<number, number>> {
  const [group] = await consumerLag(stage.kafka, [stage]);
  return new Map(group?.partitions.map(({ partition, committed }) => [partition, committed]));
}

export async function untilSettled(stage: Stage, limitMs = 60_000): Promise<void> {
  await waitFor(
    'the group has committed everything',
    async () => {
      const [group] = await consumerLag(stage.kafka, [stage]);
      return group?.lag === 0 ? true : undefined;
    },
    limitMs,
  );
}

export function inOrder(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || (numbers[index - 1] ?? 0) < number);
}
