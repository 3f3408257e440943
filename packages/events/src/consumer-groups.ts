import { type Party, type TopicName, topics } from './topics.ts';

/**
 * The consumer group in which a service reads a topic and commits what it has settled. Undefined where
 * none is committed: people and other systems choose their own group, and a compacted topic is read whole
 * by every process.
 */
export function consumerGroup(reader: Party, topic: TopicName): string | undefined {
  const { readers, retention } = topics[topic];
  const outside = reader === 'operators' || reader === 'integrations';
  if (outside || retention.type === 'compacted' || !readers.includes(reader)) return undefined;
  return groupName(reader, topic);
}

function groupName(reader: Party, topic: TopicName): string {
  return `auditstream-${reader}-${topic.slice('audit.'.length)}`;
}
