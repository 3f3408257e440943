/** A member of a consumer group in a process of its own, to be killed. Arguments: one JSON object. */
import { setTimeout as delay } from 'node:timers/promises';
import { startConsumer } from '@auditstream/stream/consumer';
import { connect, silent, type StreamClient } from './client.ts';
import { writeEffect } from './effects.ts';

export interface MemberArguments {
  readonly client: StreamClient;
  readonly brokers: readonly string[];
  readonly groupId: string;
  readonly topic: string;
  readonly effects: string;
}

const args = JSON.parse(process.argv[2] ?? '{}') as MemberArguments;

await startConsumer(await connect(args.client, args.brokers), {
  groupId: args.groupId,
  topics: [args.topic],
  telemetry: silent(),
  sessionTimeoutMs: 6_000,
  maxBatchBytes: 20_000,
  deadLetters: () => Promise.reject(new Error('nothing is rejected here')),
  step: async (records) => {
    for (const record of records) {
      writeEffect(args.effects, record);
      // So that a kill comes in the middle of a batch.
      if (record.offset % 20 === 0) await delay(5);
    }
    return records.map(() => ({ type: 'done' }));
  },
});
