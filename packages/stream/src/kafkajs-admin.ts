/** The admin port on kafkajs. */
// By the default export: Node does not find this name in a CommonJS module.
import kafkajs, { type Admin } from 'kafkajs';
import { openKafkajs, type KafkajsSettings } from './kafkajs-client.ts';
import { toStreamError } from './kafkajs-errors.ts';
import {
  type AdminSession,
  type NewTopic,
  type OffsetRange,
  type PartitionOffset,
} from './ports.ts';
import { endsWithin } from './wait.ts';

const CLOSE_LIMIT_MS = 2_000;

export async function openKafkajsAdmin(settings: KafkajsSettings): Promise<AdminSession> {
  const client = openKafkajs(settings, 'some seconds');
  const admin = client.kafka.admin();
  const close = async (): Promise<void> => {
    await endsWithin(admin.disconnect(), CLOSE_LIMIT_MS);
    client.cut();
  };
  try {
    await admin.connect();
  } catch (error) {
    await close();
    throw toStreamError(error, 'Kafka was not reached');
  }
  return { ...requestsOf(admin), close };
}

function requestsOf(admin: Admin): Omit<AdminSession, 'close'> {
  return {
    brokerCount: () => ask('Brokers were not counted', () => countBrokers(admin)),
    partitionCounts: (topics) =>
      ask('Topics were not listed', () => countPartitions(admin, topics)),
    createTopics: (topics) => ask('Topics were not created', () => createTopics(admin, topics)),
    topicConfigs: (topics) => ask('Topic settings were not read', () => readConfigs(admin, topics)),
    offsets: (topic) => ask('Offsets were not read', () => listOffsets(admin, topic)),
    committedOffsets: (groupId, topic) =>
      ask('Committed offsets were not read', () => listCommitted(admin, groupId, topic)),
  };
}

async function ask<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toStreamError(error, what);
  }
}

async function countBrokers(admin: Admin): Promise<number> {
  const { brokers } = await admin.describeCluster();
  return brokers.length;
}

async function countPartitions(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const existing = new Set(await admin.listTopics());
  const wanted = topics.filter((topic) => existing.has(topic));
  if (wanted.length === 0) return new Map();
  const metadata = await admin.fetchTopicMetadata({ topics: wanted });
  return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
}

async function createTopics(admin: Admin, topics: readonly NewTopic[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics.map(({ name, partitions, replicationFactor, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
  });
}

async function readConfigs(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  if (topics.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(
        configEntries.map(({ configName, configValue }) => [configName, configValue]),
      ),
    ]),
  );
}

async function listOffsets(admin: Admin, topic: string): Promise<readonly OffsetRange[]> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.map(({ partition, low, high }) => ({
    partition,
    start: Number(low),
    end: Number(high),
  }));
}

async function listCommitted(
  admin: Admin,
  groupId: string,
  topic: string,
): Promise<readonly PartitionOffset[]> {
  const topics = await admin.fetchOffsets({ groupId, topics: [topic] });
  return topics
    .flatMap(({ partitions }) => partitions)
    .map(({ partition, offset, metadata }) => ({
      ...{ topic, partition, offset: Number(offset) },
      metadata: metadata ?? '',
    }))
    .filter(({ offset }) => offset >= 0);
}
