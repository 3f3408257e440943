/** What the same machine does with the same events and nothing of ours: kafkajs alone, acks=all. */
import { performance } from 'node:perf_hooks';
import { Kafka, logLevel } from 'kafkajs';

export interface CeilingOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly items: readonly Buffer[];
  readonly seconds: number;
}

/** @returns records in a second, one batch after the other by one idempotent producer */
export async function bareProducer(options: CeilingOptions): Promise<number> {
  const kafka = new Kafka({ brokers: [...options.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = options.items.map((value, at) => ({ key: String(at), value }));
  const send = (): Promise<unknown> =>
    producer.sendBatch({ acks: -1, topicMessages: [{ topic: options.topic, messages }] });
  await send();
  const begun = performance.now();
  let records = 0;
  while (performance.now() < begun + options.seconds * 1_000) {
    await send();
    records += messages.length;
  }
  const rate = records / ((performance.now() - begun) / 1_000);
  await producer.disconnect();
  return rate;
}
