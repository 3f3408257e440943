import { openCodec } from '@auditstream/events/codec';
import { createDeadLetterSink } from '@auditstream/events/dead-letter-sink';
import { createRegistryClient } from '@auditstream/events/registry-client';
import { runService } from '@auditstream/runtime/run-service';
import { connectKafka } from '@auditstream/stream/connection';
import { startProducer } from '@auditstream/stream/producer';
import { openOpenSearch } from './adapters/opensearch.ts';
import { indexSettings } from './config.ts';
import { startConsumers } from './consumers.ts';
import { documentKinds } from './domain/mapping.ts';
import { type CountDocuments } from './index-batch.ts';
import { createIndexDeadLetters, createLastResort } from './index-dead-letters.ts';
import { createIndexDetections } from './index-detections.ts';
import { createIndexEvents } from './index-events.ts';

await runService({
  name: 'index',
  settings: indexSettings,
  start: async ({ config, telemetry, lifecycle, health }) => {
    const registry = createRegistryClient(config.registry);
    const events = await openCodec('audit.enriched', registry);
    const detections = await openCodec('audit.detections', registry);
    const letters = await openCodec('audit.dead-letters', registry);
    const count: CountDocuments = (index, outcome) => {
      telemetry.count('index_documents_total', { index, outcome });
    };
    const onBulk = (seconds: number): void => {
      telemetry.observe('index_bulk_seconds', {}, seconds);
    };
    const templates = documentKinds.map(({ template }) => template);
    const open = () => Promise.resolve(openOpenSearch({ ...config.opensearch, templates, onBulk }));
    const store = await lifecycle.acquire('OpenSearch', open, (opened) => opened.close());
    health.register('OpenSearch', () => store.health());
    const { brokers } = config.kafka;
    const kafka = connectKafka({ brokers, clientId: 'auditstream-index', telemetry });
    const produce = () => startProducer(kafka, { telemetry });
    const producer = await lifecycle.acquire('producer', produce, (running) => running.stop());
    const deadLetters = createDeadLetterSink({
      ...{ service: 'index', codec: letters, producer, now: Date.now },
    });
    const consume = () =>
      startConsumers(kafka, health, {
        'audit.enriched': {
          step: createIndexEvents({ codec: events, store, count }),
          deadLetters,
        },
        'audit.detections': {
          step: createIndexDetections({ codec: detections, store, count }),
          deadLetters,
        },
        'audit.dead-letters': {
          step: createIndexDeadLetters({ codec: letters, store, count }),
          deadLetters: createLastResort(telemetry.log),
        },
      });
    await lifecycle.acquire('consumers', consume, (running) => running.stop());
  },
});
