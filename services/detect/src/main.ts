import { openCodec } from '@auditstream/events/codec';
import { consumerGroup } from '@auditstream/events/consumer-groups';
import { createDeadLetterSink } from '@auditstream/events/dead-letter-sink';
import { createRegistryClient } from '@auditstream/events/registry-client';
import { consumerHealth } from '@auditstream/runtime/consumer-health';
import { runService } from '@auditstream/runtime/run-service';
import { connectKafka } from '@auditstream/stream/connection';
import { startConsumer } from '@auditstream/stream/consumer';
import { startProducer } from '@auditstream/stream/producer';
import { openTable } from '@auditstream/stream/table';
import { detectSettings } from './config.ts';
import { createDetect } from './detect.ts';
import { createRuleSet } from './domain/rule-set.ts';
import { rulesHealth } from './health.ts';
import { openRulesFeed } from './rules-feed.ts';

await runService({
  name: 'detect',
  settings: detectSettings,
  start: async ({ config, telemetry, lifecycle, health }) => {
    const registry = createRegistryClient(config.registry);
    const enriched = await openCodec('audit.enriched', registry);
    const detections = await openCodec('audit.detections', registry);
    const versions = await openCodec('audit.rules', registry);
    const letters = await openCodec('audit.dead-letters', registry);
    const { brokers } = config.kafka;
    const kafka = connectKafka({ brokers, clientId: 'auditstream-detect', telemetry });
    const ruleSet = createRuleSet();
    const openRules = (onRecord: Parameters<typeof openTable>[1]['onRecord']) =>
      openTable(kafka, { topic: 'audit.rules', onRecord, telemetry });
    const rules = await lifecycle.acquire(
      'audit.rules',
      () => openRulesFeed({ openTable: openRules, codec: versions, ruleSet, telemetry }),
      (running) => running.stop(),
    );
    health.register('rules', () => rulesHealth(rules, ruleSet));
    await rules.catchUp();
    const producer = await lifecycle.acquire(
      'producer',
      () => startProducer(kafka, { telemetry }),
      (running) => running.stop(),
    );
    const step = createDetect({ enriched, detections, producer, rules, ruleSet, telemetry });
    const deadLetters = createDeadLetterSink({
      ...{ service: 'detect', codec: letters, producer, now: Date.now },
    });
    const groupId = consumerGroup('detect', 'audit.enriched');
    const options = { groupId, topics: ['audit.enriched'], step, deadLetters, telemetry };
    const consumer = await lifecycle.acquire(
      'consumer',
      () => startConsumer(kafka, options),
      (running) => running.stop(),
    );
    health.register('consumer', () => consumerHealth(consumer.health()));
  },
});
