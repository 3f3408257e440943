import { type Topic, type TopicName, topicNames, topics } from './topics.ts';

/** What the broker is asked for: fits `ensureTopics` of packages/stream. */
export interface TopicSpec {
  readonly name: TopicName;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

const dayMillis = 86_400_000;
/** An event of 8 MiB passes whole; the envelope around it needs some room. */
const maxMessageBytes = 16 * 1024 * 1024;

/**
 * The broker's configuration of every topic.
 *
 * @param brokers how many brokers there are: three replicas where three brokers can hold them, with two
 *   in sync for an acknowledgement
 */
export function topicSpecs(brokers: number): readonly TopicSpec[] {
  const replicationFactor = Math.min(3, brokers);
  return topicNames.map((name) => ({
    name,
    partitions: topics[name].partitions,
    replicationFactor,
    config: configOf(topics[name], replicationFactor),
  }));
}

function configOf(topic: Topic, replicationFactor: number): Record<string, string> {
  return {
    ...retentionOf(topic),
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': String(maxMessageBytes),
    'min.insync.replicas': String(Math.max(1, replicationFactor - 1)),
    'unclean.leader.election.enable': 'false',
  };
}

function retentionOf(topic: Topic): Record<string, string> {
  switch (topic.retention.type) {
    case 'time':
      return {
        'cleanup.policy': 'delete',
        'retention.ms': String(topic.retention.days * dayMillis),
      };
    case 'compacted':
      return { 'cleanup.policy': 'compact' };
  }
}
