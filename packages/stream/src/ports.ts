/**
 * The two ports that a Kafka client has to offer, and a third for topics. Everything that is particular
 * to one client stays behind them; test/contract/stream.test.ts is what a client has to pass.
 */
import { type StreamError } from './errors.ts';
import { type OutgoingRecord, type StreamRecord, type StreamTelemetry } from './types.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionOffset extends TopicPartition {
  readonly offset: number;
  /** What is kept beside a committed offset: at most 4,096 bytes of text. */
  readonly metadata?: string;
}

/** What one fetch brought of one partition. It may hold no record and still move on: compaction leaves gaps. */
export interface FetchedBatch extends TopicPartition {
  readonly records: readonly StreamRecord[];
  /** The offset that the next fetch begins with. */
  readonly nextOffset: number;
  /** The offset behind the last record that consumers may see. */
  readonly highWatermark: number;
}

/**
 * What a consumer session tells. Between `assigned` and the next `revoked` the member owns the partitions;
 * an ownership begins at the group's committed offset, and its batches follow each other without a gap.
 */
export interface ConsumerListener {
  assigned(partitions: readonly TopicPartition[]): void;
  /** Told before the group is joined again: from here on nothing may be committed. */
  revoked(): void;
  /** The session fetches no more until this resolves; it must resolve well within the session timeout. */
  fetched(batch: FetchedBatch): Promise<void>;
  /** Told once, and nothing after it: the session is of no more use. */
  failed(error: StreamError): void;
}

export interface ConsumerSessionOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Bytes of one fetch of one partition, as they are on the wire. */
  readonly maxBatchBytes: number;
  /** Milliseconds without a heartbeat after which the group goes on without this member. */
  readonly sessionTimeoutMs: number;
}

export interface ConsumerSession {
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /** One request for the current generation of the group, never repeated in a later one. */
  commit(offsets: readonly PartitionOffset[]): Promise<void>;
  /** When Kafka last answered, in epoch milliseconds; 0 if never. */
  lastAnswerAt(): number;
  /** Leaves the group; gives up after `limitMs`. Never rejects. */
  close(limitMs: number): Promise<void>;
}

/**
 * Opening does not wait: the session connects by itself and tells of failure through `failed`. The listener
 * hears nothing before this has returned, and nothing once `close` has been called.
 */
export type OpenConsumerSession = (
  options: ConsumerSessionOptions,
  listener: ConsumerListener,
) => ConsumerSession;

/** One idempotent producer. It takes one `send` at a time, and is of no more use once one was rejected. */
export interface ProducerSession {
  connect(): Promise<void>;
  /** Resolves when all records are acknowledged on all in-sync replicas; else rejects with a StreamError. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** Breaks what is under way; nothing is sent any more once this has been called. Never rejects. */
  abandon(): void;
  /** Never rejects. */
  close(): Promise<void>;
}

export type OpenProducerSession = () => ProducerSession;

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface OffsetRange {
  readonly partition: number;
  /** The first offset that is still kept. */
  readonly start: number;
  /** The offset behind the last record. */
  readonly end: number;
}

/** All of these reject with a StreamError. */
export interface AdminSession {
  /** How many brokers the cluster has at the moment. */
  brokerCount(): Promise<number>;
  /** Partition counts of the topics that exist. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Creating one that exists already is no error. */
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  topicConfigs(
    topics: readonly string[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /** What is kept of each partition, in a few small requests. */
  offsets(topic: string): Promise<readonly OffsetRange[]>;
  /** Where the group would start; partitions without a commit are left out. */
  committedOffsets(groupId: string, topic: string): Promise<readonly PartitionOffset[]>;
  /** Never rejects. */
  close(): Promise<void>;
}

export type OpenAdminSession = () => Promise<AdminSession>;

/** A way to one Kafka cluster. It holds no connection: what is started on it opens and closes its own. */
export interface KafkaConnection {
  readonly clientId: string;
  readonly telemetry: StreamTelemetry;
  readonly openConsumer: OpenConsumerSession;
  readonly openProducer: OpenProducerSession;
  readonly openAdmin: OpenAdminSession;
}

/** A key for maps. Topic names hold no slash. */
export function partitionKey({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
