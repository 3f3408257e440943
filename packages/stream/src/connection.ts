/** The way to a Kafka cluster. The only place that says which client is behind the ports. */
import { openKafkajsAdmin } from './kafkajs-admin.ts';
import { type KafkajsSettings } from './kafkajs-client.ts';
import { openKafkajsConsumer } from './kafkajs-consumer.ts';
import { openKafkajsProducer } from './kafkajs-producer.ts';
import { type KafkaConnection } from './ports.ts';
import { type StreamTelemetry } from './types.ts';

export type { KafkaConnection } from './ports.ts';

export interface ConnectionOptions {
  /** host:port of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  /** Names this process in the brokers' logs and quotas. */
  readonly clientId: string;
  readonly telemetry: StreamTelemetry;
}

/** Opens no connection yet: producers, consumers and tables open their own, and close them when stopped. */
export function connectKafka({ brokers, clientId, telemetry }: ConnectionOptions): KafkaConnection {
  const settings: KafkajsSettings = { brokers, clientId, log: telemetry.log };
  return {
    clientId,
    telemetry,
    openConsumer: (options, listener) => openKafkajsConsumer(settings, options, listener),
    openProducer: () => openKafkajsProducer(settings),
    openAdmin: () => openKafkajsAdmin(settings),
  };
}
