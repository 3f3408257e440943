import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startKafka, type TestKafka } from '../support/kafka.ts';
import { connect, type StreamClient } from './stream/client.ts';
import { holdsForBatches } from './stream/batches.ts';
import { holdsForCrashes } from './stream/crashes.ts';
import { holdsForOutages } from './stream/outages.ts';
import { holdsForProducers } from './stream/producers.ts';
import { holdsForRebalances } from './stream/rebalances.ts';
import { type Ground } from './stream/stage.ts';
import { holdsForTables } from './stream/tables.ts';

/** Another client is held to the same contract by a line here. */
const clients: readonly StreamClient[] = [
  { name: 'kafkajs', module: '@auditstream/stream/connection' },
];

jest.setTimeout(180_000);

describe.each(clients)('the contract of docs/stream.md, on $name', (client) => {
  let broker: TestKafka;
  const ground: Ground = {
    client,
    broker: () => broker,
    connect: (telemetry) => connect(client, broker.brokers, telemetry),
  };

  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(async () => {
    await broker.stop();
  });

  it('is held against a broker that answers', () => {
    expect(broker.brokers).toHaveLength(1);
  });
  holdsForBatches(ground);
  holdsForProducers(ground);
  holdsForTables(ground);
  holdsForRebalances(ground);
  holdsForCrashes(ground);
  holdsForOutages(ground);
});
