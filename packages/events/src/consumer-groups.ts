import { type Party, type TopicName, topics } from './topics.ts';

/** A service that reads a topic, and the group in which it commits what it has settled. */
export interface ConsumerGroup {
  readonly reader: Party;
  readonly groupId: string;
}

const outside: ReadonlySet<Party> = new Set(['operators', 'integrations']);

/**
 * The consumer groups of a topic. People and other systems choose their own, and a compacted topic has
 * none: every process reads it whole and commits nothing.
 */
export function consumerGroups(topic: TopicName): readonly ConsumerGroup[] {
  const { readers, retention } = topics[topic];
  if (retention.type === 'compacted') return [];
  return readers
    .filter((reader) => !outside.has(reader))
    .map((reader) => ({
      reader,
      groupId: `auditstream-${reader}-${topic.slice('audit.'.length)}`,
    }));
}

/**
 * The group in which a service reads a topic.
 * @throws Error where the topic table does not name it as a reader: a fault in the wiring
 */
export function consumerGroup(reader: Party, topic: TopicName): string {
  const group = consumerGroups(topic).find((candidate) => candidate.reader === reader);
  if (group === undefined)
    throw new Error(`The topic table has no group of ${reader} for ${topic}.`);
  return group.groupId;
}
