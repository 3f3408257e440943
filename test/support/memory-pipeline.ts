import { type TopicCodec, openCodec } from '@auditstream/events/codec';
import { createDeadLetterSink } from '@auditstream/events/dead-letter-sink';
import { type SchemaRegistry } from '@auditstream/events/registry-client';
import {
  type TopicName,
  type TopicRecords,
  topicNames,
  valueSubject,
} from '@auditstream/events/topics';
import { createContinuityTracker } from '../../services/enrich/src/continuity-tracker.ts';
import { createEnrich } from '../../services/enrich/src/enrich.ts';
import { createDetect } from '../../services/detect/src/detect.ts';
import { createRuleSet } from '../../services/detect/src/domain/rule-set.ts';
import { openRulesFeed } from '../../services/detect/src/rules-feed.ts';
import { createIndexDeadLetters } from '../../services/index/src/index-dead-letters.ts';
import { createIndexDetections } from '../../services/index/src/index-detections.ts';
import { createIndexEvents } from '../../services/index/src/index-events.ts';
import { type Accept } from '../../services/ingest/src/delivery.ts';
import { type Durably } from '../../services/ingest/src/durable-sink.ts';
import { createIngest } from '../../services/ingest/src/ingest.ts';
import { letterNaming } from '../../services/ingest/src/letters.ts';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { loadRules } from '../../services/rules/src/adapters/pack-files.ts';
import { createCatalogue } from '../../services/rules/src/domain/catalogue.ts';
import { publishRules } from '../../services/rules/src/publish.ts';
import { type MemoryConsumer, type MemoryKafka, createMemoryKafka } from './memory-kafka.ts';
import { type MemoryStore, createMemoryStore } from './memory-store.ts';

/** All steps joined in one process: the real ones, between topics and a store in memory. */
export interface MemoryPipeline {
  readonly kafka: MemoryKafka;
  readonly store: MemoryStore;
  readonly accept: Accept;
  /** Lets every step see everything that is in its topics, from the beginning, as after a crash. */
  drain(): Promise<void>;
}

const silent = {
  count: (): void => undefined,
  set: (): void => undefined,
  observe: (): void => undefined,
  log: {
    debug: (): void => undefined,
    info: (): void => undefined,
    warn: (): void => undefined,
    error: (): void => undefined,
  },
};
const telemetry = silent as never;

/** @param packs the folder of the rule packs to publish */
export async function createMemoryPipeline(packs: string): Promise<MemoryPipeline> {
  let clock = Date.parse('2026-11-23T12:00:00Z');
  const now = (): number => clock;
  const kafka = createMemoryKafka(now);
  const store = createMemoryStore();
  const codecs = await openCodecs();
  const { producer } = kafka;
  const ruleSet = createRuleSet();
  await publish(packs, kafka, codecs);
  clock += 2_000;
  const rules = await openRulesFeed({
    openTable: (onRecord) => {
      kafka.records('audit.rules').forEach(onRecord);
      return Promise.resolve({ catchUp: () => Promise.resolve(), stop: () => Promise.resolve() });
    },
    codec: codecs['audit.rules'],
    ruleSet,
    telemetry,
  });
  const sink = (service: string): MemoryConsumer['deadLetters'] =>
    createDeadLetterSink({ service, codec: codecs['audit.dead-letters'], producer, now });
  const [ingested, enriched] = [codecs['audit.ingested'], codecs['audit.enriched']];
  const [detections, deadLetters] = [codecs['audit.detections'], codecs['audit.dead-letters']];
  const count = (): void => undefined;
  const steps: readonly (readonly [TopicName, MemoryConsumer])[] = [
    [
      'audit.ingested',
      {
        step: createEnrich({
          ...{ ingested, enriched, producer, onEnriched: count, onHole: count },
          tracker: createContinuityTracker(600_000),
        }),
        deadLetters: sink('enrich'),
      },
    ],
    [
      'audit.enriched',
      {
        step: createDetect({ enriched, detections, producer, rules, ruleSet, telemetry }),
        deadLetters: sink('detect'),
      },
    ],
    [
      'audit.enriched',
      { step: createIndexEvents({ codec: enriched, store, count }), deadLetters: sink('index') },
    ],
    [
      'audit.detections',
      {
        step: createIndexDetections({ codec: detections, store, count }),
        deadLetters: sink('index'),
      },
    ],
    [
      'audit.dead-letters',
      {
        step: createIndexDeadLetters({ codec: deadLetters, store, count }),
        deadLetters: sink('index'),
      },
    ],
  ];
  const durably: Durably = async (records) => {
    await producer.send(records);
    return [];
  };
  const redaction = defaultPolicy;
  const accept = createIngest({
    ...{ durably, ingested, deadLetters, redaction, now, telemetry },
    nameLetter: letterNaming(Buffer.alloc(32)),
    seal: () => Promise.resolve({ result: 'no-key' }),
  });
  return {
    kafka,
    store,
    accept,
    drain: async () => {
      for (const [topic, consumer] of steps) await kafka.drain(topic, consumer);
    },
  };
}

type Codecs = { readonly [N in TopicName]: TopicCodec<TopicRecords[N]> };

async function openCodecs(): Promise<Codecs> {
  const subjects = topicNames.map(valueSubject);
  const registry: SchemaRegistry = {
    idOf: (subject) => Promise.resolve(subjects.indexOf(subject) + 1),
    schemaOf: (id) => Promise.reject(new Error(`Nobody wrote with schema ${id}.`)),
  };
  const opened = await Promise.all(
    topicNames.map(async (topic) => [topic, await openCodec(topic, registry)] as const),
  );
  return Object.fromEntries(opened) as unknown as Codecs;
}

async function publish(packs: string, kafka: MemoryKafka, codecs: Codecs): Promise<void> {
  let read = 0;
  await publishRules(await loadRules(packs), {
    catalogue: createCatalogue(),
    codec: codecs['audit.rules'],
    producer: kafka.producer,
    readTopic: () => {
      const records = kafka.records('audit.rules').slice(read);
      read += records.length;
      return Promise.resolve(records);
    },
    telemetry,
  });
}
