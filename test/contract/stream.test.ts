import { afterAll, afterEach, beforeAll, describe, jest } from '@jest/globals';
import { startKafka, type TestKafka } from '../support/kafka.ts';
import { connect, type StreamClient } from './stream/client.ts';
import { holdsForBatches } from './stream/batches.ts';
import { holdsForCrashes } from './stream/crashes.ts';
import { holdsForOutages } from './stream/outages.ts';
import { holdsForProducers } from './stream/producers.ts';
import { holdsForRebalances } from './stream/rebalances.ts';
import { type Ground, stopAll } from './stream/stage.ts';
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
  afterEach(stopAll);
  afterAll(async () => {
    await broker.stop();
  });

  holdsForBatches(ground);
  holdsForProducers(ground);
  holdsForTables(ground);
  holdsForRebalances(ground);
  holdsForCrashes(ground);
  holdsForOutages(ground);
});
