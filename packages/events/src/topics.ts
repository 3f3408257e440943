import {
  type AuditEvent,
  type AuditRecord,
  type DeadLetter,
  type Detection,
  type RuleVersion,
} from './generated/types.ts';

/** The record that each topic carries. */
export interface TopicRecords {
  readonly 'audit.ingested': AuditRecord;
  readonly 'audit.enriched': AuditEvent;
  readonly 'audit.detections': Detection;
  readonly 'audit.rules': RuleVersion;
  readonly 'audit.dead-letters': DeadLetter;
}

export type TopicName = keyof TopicRecords;

/** Who writes to a topic or reads from it; `operators` and `integrations` are people and systems outside. */
export type Party =
  'ingest' | 'enrich' | 'detect' | 'index' | 'rules' | 'operators' | 'integrations';

export type Retention =
  { readonly type: 'time'; readonly days: number } | { readonly type: 'compacted' };

/** One row of the topic table. */
export interface Topic {
  /** Full name of the Avro schema of its values. */
  readonly schema: string;
  /** What the key is made of, for people. */
  readonly key: string;
  readonly writers: readonly Party[];
  readonly readers: readonly Party[];
  readonly retention: Retention;
  readonly partitions: number;
  /** The topic whose partition numbers it shares: a record stays in the partition it came from. */
  readonly copartitionedWith?: TopicName;
}

/**
 * The topic table: the only place that says which topics exist, who writes and reads them and how long
 * they are kept. Producers, consumers, the broker's configuration and the diagram in the docs come from it.
 */
export const topics: Readonly<Record<TopicName, Topic>> = {
  'audit.ingested': {
    schema: 'auditstream.AuditRecord',
    key: 'the object it is about, else the request',
    writers: ['ingest'],
    readers: ['enrich'],
    retention: { type: 'time', days: 7 },
    partitions: 6,
  },
  'audit.enriched': {
    schema: 'auditstream.AuditEvent',
    key: 'as audit.ingested',
    writers: ['enrich'],
    readers: ['detect', 'index'],
    retention: { type: 'time', days: 7 },
    partitions: 6,
    copartitionedWith: 'audit.ingested',
  },
  'audit.detections': {
    schema: 'auditstream.Detection',
    key: "the detection's id",
    writers: ['detect'],
    readers: ['index', 'integrations'],
    retention: { type: 'time', days: 28 },
    partitions: 3,
  },
  'audit.rules': {
    schema: 'auditstream.RuleVersion',
    key: 'rule id and version; never tombstoned',
    writers: ['rules'],
    readers: ['detect'],
    retention: { type: 'compacted' },
    partitions: 1,
  },
  'audit.dead-letters': {
    schema: 'auditstream.DeadLetter',
    key: 'none',
    writers: ['ingest', 'enrich', 'detect', 'index'],
    readers: ['index', 'operators'],
    retention: { type: 'time', days: 28 },
    partitions: 3,
  },
};

export const topicNames = Object.keys(topics) as readonly TopicName[];

/** The registry's subject of a topic's values (Confluent's TopicNameStrategy). */
export function valueSubject(topic: TopicName): string {
  return `${topic}-value`;
}
