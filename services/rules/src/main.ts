import { setTimeout as delay } from 'node:timers/promises';
import { openCodec } from '@auditstream/events/codec';
import { createRegistryClient } from '@auditstream/events/registry-client';
import { ruleDelayMs } from '@auditstream/events/rule-delay';
import { runService } from '@auditstream/runtime/run-service';
import { connectKafka } from '@auditstream/stream/connection';
import { startProducer } from '@auditstream/stream/producer';
import { openTable } from '@auditstream/stream/table';
import { type StreamRecord } from '@auditstream/stream/types';
import { startApi } from './adapters/api.ts';
import { loadRules } from './adapters/pack-files.ts';
import { rulesSettings } from './config.ts';
import { createCatalogue } from './domain/catalogue.ts';
import { publishRules } from './publish.ts';

await runService({
  name: 'rules',
  settings: rulesSettings,
  start: async ({ config, telemetry, lifecycle, signal }) => {
    const rules = await loadRules(config.packs.dir);
    const codec = await openCodec('audit.rules', createRegistryClient(config.registry));
    const { brokers } = config.kafka;
    const kafka = connectKafka({ brokers, clientId: 'auditstream-rules', telemetry });
    const unread: StreamRecord[] = [];
    const onRecord = (record: StreamRecord): void => void unread.push(record);
    const table = await lifecycle.acquire(
      'audit.rules',
      () => openTable(kafka, { topic: 'audit.rules', onRecord, telemetry }),
      (running) => running.stop(),
    );
    const producer = await lifecycle.acquire(
      'producer',
      () => startProducer(kafka, { telemetry }),
      (running) => running.stop(),
    );
    const catalogue = createCatalogue();
    const readTopic = async (): Promise<readonly StreamRecord[]> => {
      await table.catchUp();
      return unread.splice(0);
    };
    const published = await publishRules(rules, {
      ...{ catalogue, codec, producer, readTopic, telemetry },
    });
    telemetry.log.info({ rules: rules.length, published: published.length }, 'Rules published.');
    // Ready means: what is published counts for every event that is appended from now on.
    if (published.length > 0) await delay(ruleDelayMs, undefined, { signal });
    const api = await lifecycle.acquire(
      'rules API',
      () => startApi({ catalogue, log: telemetry.log, listen: config.api }),
      (running) => running.stop(),
    );
    telemetry.log.info({ address: api.address }, 'The rules API is served.');
  },
});
