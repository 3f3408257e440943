import { openCodec } from '@auditstream/events/codec';
import { consumerGroup } from '@auditstream/events/consumer-groups';
import { createDeadLetterSink } from '@auditstream/events/dead-letter-sink';
import { createRegistryClient } from '@auditstream/events/registry-client';
import { consumerHealth } from '@auditstream/runtime/consumer-health';
import { runService } from '@auditstream/runtime/run-service';
import { connectKafka } from '@auditstream/stream/connection';
import { startConsumer } from '@auditstream/stream/consumer';
import { startProducer } from '@auditstream/stream/producer';
import { enrichSettings } from './config.ts';
import { createContinuityTracker } from './continuity-tracker.ts';
import { createEnrich, type EnrichPorts } from './enrich.ts';

await runService({
  name: 'enrich',
  settings: enrichSettings,
  start: async ({ config, telemetry, lifecycle, health }) => {
    const registry = createRegistryClient(config.registry);
    const ingested = await openCodec('audit.ingested', registry);
    const enriched = await openCodec('audit.enriched', registry);
    const letters = await openCodec('audit.dead-letters', registry);
    const { brokers } = config.kafka;
    const kafka = connectKafka({ brokers, clientId: 'auditstream-enrich', telemetry });
    const producer = await lifecycle.acquire(
      'producer',
      () => startProducer(kafka, { telemetry }),
      (running) => running.stop(),
    );
    const onEnriched: EnrichPorts['onEnriched'] = (source) => {
      telemetry.count('enrich_events_total', { source });
    };
    const onHole: EnrichPorts['onHole'] = (hole) => {
      telemetry.count('enrich_sequence_holes_total', {});
      telemetry.log.error({ ...hole }, 'Numbers of an ingester are missing in audit.ingested.');
    };
    const tracker = createContinuityTracker(config.continuity.waitSeconds * 1_000);
    const step = createEnrich({ ingested, enriched, producer, tracker, onEnriched, onHole });
    const deadLetters = createDeadLetterSink({
      ...{ service: 'enrich', codec: letters, producer, now: Date.now },
    });
    const topics = ['audit.ingested'];
    const consumer = await lifecycle.acquire(
      'consumer',
      () =>
        startConsumer(kafka, {
          groupId: consumerGroup('enrich', 'audit.ingested'),
          topics,
          step,
          deadLetters,
          memory: tracker,
          telemetry,
        }),
      (running) => running.stop(),
    );
    health.register('consumer', () => consumerHealth(consumer.health()));
  },
});
