import { consumerGroup } from '@auditstream/events/consumer-groups';
import { type TopicName } from '@auditstream/events/topics';
import { consumerHealth } from '@auditstream/runtime/consumer-health';
import { type Health } from '@auditstream/runtime/health';
import { type KafkaConnection } from '@auditstream/stream/connection';
import {
  type ConsumerOptions,
  type RunningConsumer,
  startConsumer,
} from '@auditstream/stream/consumer';

/** What a topic's records are handed to, and where those go that it rejects. */
export type TopicPorts = Pick<ConsumerOptions, 'step' | 'deadLetters'>;

/** The consumers of index, one for each topic, which start and stop together. */
export interface Consumers {
  stop(): Promise<void>;
}

/**
 * Starts one consumer for each topic, so that none waits for another's documents, and reports the health
 * of each. Their stops overlap: one after the other they could take longer than a service has.
 */
export async function startConsumers(
  kafka: KafkaConnection,
  health: Health,
  ports: Partial<Readonly<Record<TopicName, TopicPorts>>>,
): Promise<Consumers> {
  const running: RunningConsumer[] = [];
  for (const [topic, topicPorts] of Object.entries(ports) as [TopicName, TopicPorts][]) {
    const groupId = consumerGroup('index', topic);
    const { telemetry } = kafka;
    const consumer = await startConsumer(kafka, {
      ...{ groupId, topics: [topic], telemetry },
      ...topicPorts,
    });
    health.register(topic, () => consumerHealth(consumer.health()));
    running.push(consumer);
  }
  return {
    stop: async () => {
      await Promise.all(running.map((consumer) => consumer.stop()));
    },
  };
}
