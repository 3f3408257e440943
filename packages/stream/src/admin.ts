/** Topics, their ends, and how far groups are behind. */
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type BackoffPolicy } from './backoff.ts';
import { StreamError } from './errors.ts';
import {
  type AdminSession,
  type KafkaConnection,
  type NewTopic,
  type OffsetRange,
  type PartitionOffset,
} from './ports.ts';
import { endsWithin } from './wait.ts';

export type TopicSpec = NewTopic;

/** A setting of an existing topic that is not as specified. `partitions` is one of them. */
export interface TopicDifference {
  readonly setting: string;
  readonly wanted: string;
  readonly actual: string;
}

export interface TopicReport {
  readonly name: string;
  readonly created: boolean;
  readonly differences: readonly TopicDifference[];
}

/**
 * Creates the topics that do not exist. Existing ones are left as they are, whatever they hold: where they
 * differ, the report says so. Partitions are never added, for then keys would move.
 *
 * @throws StreamError
 */
export async function ensureTopics(
  kafka: KafkaConnection,
  specs: readonly TopicSpec[],
): Promise<readonly TopicReport[]> {
  return withAdmin(kafka, async (admin) => {
    const names = specs.map(({ name }) => name);
    const existing = await admin.partitionCounts(names);
    const missing = specs.filter(({ name }) => !existing.has(name));
    if (missing.length > 0) await admin.createTopics(missing);
    const kept = specs.filter(({ name }) => existing.has(name));
    const configs = await admin.topicConfigs(kept.map(({ name }) => name));
    return specs.map((spec) => {
      const partitions = existing.get(spec.name);
      if (partitions === undefined) return { name: spec.name, created: true, differences: [] };
      const config: Readonly<Record<string, string>> = configs.get(spec.name) ?? {};
      return { name: spec.name, created: false, differences: compare(spec, partitions, config) };
    });
  });
}

function compare(
  spec: TopicSpec,
  partitions: number,
  config: Readonly<Record<string, string>>,
): readonly TopicDifference[] {
  const wanted = { partitions: String(spec.partitions), ...spec.config };
  const actual: Readonly<Record<string, string>> = { ...config, partitions: String(partitions) };
  return Object.entries(wanted).flatMap(([setting, value]) =>
    actual[setting] === value ? [] : [{ setting, wanted: value, actual: actual[setting] ?? '' }],
  );
}

/**
 * How many brokers the cluster has: what a topic's replication factor is limited by.
 *
 * @throws StreamError
 */
export async function brokerCount(kafka: KafkaConnection): Promise<number> {
  return withAdmin(kafka, (admin) => admin.brokerCount());
}

export interface GroupTopic {
  readonly groupId: string;
  readonly topic: string;
}

export interface GroupLag extends GroupTopic {
  /** Records that the group has not committed, over all partitions. */
  readonly lag: number;
  readonly partitions: readonly PartitionLag[];
}

export interface PartitionLag {
  readonly partition: number;
  /** The next offset of the group; where it has committed nothing, the first that is kept. */
  readonly committed: number;
  readonly end: number;
  readonly lag: number;
}

/**
 * How far groups are behind the ends of topics. A group that has never committed is behind by everything.
 *
 * @throws StreamError
 */
export async function consumerLag(
  kafka: KafkaConnection,
  groups: readonly GroupTopic[],
): Promise<readonly GroupLag[]> {
  return withAdmin(kafka, (admin) => Promise.all(groups.map((group) => lagOf(admin, group))));
}

async function lagOf(admin: AdminSession, { groupId, topic }: GroupTopic): Promise<GroupLag> {
  const committed = await admin.committedOffsets(groupId, topic);
  const ranges = await admin.offsets(topic);
  const partitions = ranges.map((range) => partitionLag(range, committed));
  return { groupId, topic, partitions, lag: partitions.reduce((sum, { lag }) => sum + lag, 0) };
}

function partitionLag(
  { partition, start, end }: OffsetRange,
  commits: readonly PartitionOffset[],
): PartitionLag {
  const commit = commits.find((candidate) => candidate.partition === partition);
  const committed = Math.max(start, commit?.offset ?? start);
  return { partition, committed, end, lag: Math.max(0, end - committed) };
}

/**
 * The offset behind the last record of each partition.
 *
 * @throws StreamError
 */
export async function topicEnds(
  kafka: KafkaConnection,
  topic: string,
): Promise<readonly PartitionOffset[]> {
  const ranges = await withAdmin(kafka, (admin) => admin.offsets(topic));
  return ranges.map(({ partition, end }) => ({ topic, partition, offset: end }));
}

/**
 * How many partitions a topic has; undefined where it does not exist.
 *
 * @throws StreamError
 */
export async function partitionCount(
  kafka: KafkaConnection,
  topic: string,
): Promise<number | undefined> {
  const counts = await withAdmin(kafka, (admin) => admin.partitionCounts([topic]));
  return counts.get(topic);
}

const REQUEST_LIMIT_MS = 30_000;
/** A coordinator is loading or a leader is elected: it takes seconds, and nobody need hear of it. */
const ELECTION_LIMIT_MS = 10_000;
const electionPolicy: BackoffPolicy = { firstMs: 100, limitMs: 1_000 };

async function withAdmin<T>(
  kafka: KafkaConnection,
  use: (admin: AdminSession) => Promise<T>,
): Promise<T> {
  const admin = await kafka.openAdmin();
  try {
    const answer = whenAvailable(() => use(admin));
    if (await endsWithin(answer, REQUEST_LIMIT_MS)) return await answer;
    const message = `Kafka did not answer within ${REQUEST_LIMIT_MS} ms.`;
    throw new StreamError('timeout', message, { retryable: true });
  } finally {
    await admin.close();
  }
}

async function whenAvailable<T>(request: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + ELECTION_LIMIT_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      const transient = error instanceof StreamError && error.code === 'unavailable';
      if (!transient || Date.now() > deadline) throw error;
      await delay(backoffMs(electionPolicy, attempt, Math.random()));
    }
  }
}
