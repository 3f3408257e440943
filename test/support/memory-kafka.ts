import { createHash } from 'node:crypto';
import { type TopicName, topics } from '@auditstream/events/topics';
import {
  type BatchStep,
  type DeadLetterSink,
  type OutgoingRecord,
  type RecordProducer,
  type StreamRecord,
} from '@auditstream/stream/types';

/** Topics in memory, with the partitions of the topic table: enough of Kafka to join steps in one process. */
export interface MemoryKafka {
  readonly producer: RecordProducer;
  records(topic: TopicName): readonly StreamRecord[];
  /** Hands every record that a step has not settled to it, partition by partition, until all are settled. */
  drain(topic: TopicName, consumer: MemoryConsumer): Promise<void>;
}

export interface MemoryConsumer {
  readonly step: BatchStep;
  readonly deadLetters: DeadLetterSink;
  /** Records of one batch. */
  readonly batchSize?: number;
}

/** @param now the broker's clock, in epoch milliseconds */
export function createMemoryKafka(now: () => number): MemoryKafka {
  const logs = new Map<TopicName, StreamRecord[][]>();
  const logOf = (topic: TopicName): StreamRecord[][] => {
    const log = logs.get(topic) ?? Array.from({ length: topics[topic].partitions }, () => []);
    logs.set(topic, log);
    return log;
  };
  const append = (outgoing: OutgoingRecord): void => {
    const topic = outgoing.topic as TopicName;
    const log = logOf(topic);
    const partition = outgoing.partition ?? partitionOf(outgoing.key, log.length);
    const offset = log[partition]?.length ?? 0;
    const { key, value, headers = {} } = outgoing;
    log[partition]?.push({ topic, partition, offset, timestamp: now(), key, value, headers });
  };
  return {
    producer: {
      send: (records) => {
        records.forEach(append);
        return Promise.resolve();
      },
    },
    records: (topic) => logOf(topic).flat(),
    drain: async (topic, consumer) => {
      for (const log of logOf(topic)) await drainPartition(log, consumer);
    },
  };
}

async function drainPartition(
  log: readonly StreamRecord[],
  { step, deadLetters, batchSize = 100 }: MemoryConsumer,
): Promise<void> {
  const { signal } = new AbortController();
  for (let at = 0; at < log.length; at += batchSize) {
    const batch = log.slice(at, at + batchSize);
    const outcomes = await step(batch, { signal });
    const rejected = batch.flatMap((record, index) => {
      const outcome = outcomes[index];
      if (outcome?.type === 'retry')
        throw new Error('A step asked for a retry.', { cause: outcome.cause });
      return outcome?.type === 'rejected' ? [{ record, rejection: outcome.rejection }] : [];
    });
    if (rejected.length > 0) await deadLetters(rejected);
  }
}

/** Any stable spread of keys will do here; nothing depends on Kafka's own. */
function partitionOf(key: Buffer | null, partitions: number): number {
  if (key === null) return 0;
  return createHash('sha256').update(key).digest().readUInt32BE(0) % partitions;
}
