/**
 * Every metric of every service; each sample has the label `service` as well. docs/metrics.md is
 * generated from this table.
 */

import { ingestMetrics } from './ingest-metrics.ts';
import {
  type AnyMetricSpec,
  type Catalogue,
  GROUP,
  PARTITION,
  REASON,
  RULE,
  SECONDS,
  SOURCE,
  TOPIC,
} from './metric-spec.ts';

/** Names on the wire begin with this; code leaves it out. */
export const METRIC_PREFIX = 'auditstream_';

const streamMetrics = {
  stream_records_total: {
    type: 'counter',
    help: 'Records that a step has handled, by what became of them.',
    unit: 'records',
    labels: { topic: TOPIC, outcome: ['done', 'rejected', 'retry'] },
  },
  stream_retries_total: {
    type: 'counter',
    help: 'Times that a partition was paused to try again.',
    unit: 'retries',
    labels: { topic: TOPIC, reason: REASON },
  },
  stream_rebalances_total: {
    type: 'counter',
    help: 'Times that partitions were assigned anew.',
    unit: 'rebalances',
    labels: { group: GROUP },
  },
  stream_produced_records_total: {
    type: 'counter',
    help: 'Records that Kafka acknowledged on all in-sync replicas.',
    unit: 'records',
    labels: { topic: TOPIC },
  },
  stream_lag_records: {
    type: 'gauge',
    help: 'Records in a partition that its consumer group has not settled.',
    unit: 'records',
    labels: { group: GROUP, topic: TOPIC, partition: PARTITION },
  },
  stream_committed_offset: {
    type: 'gauge',
    help: 'Offset of the next record that a consumer group would start from.',
    unit: 'offset',
    labels: { group: GROUP, topic: TOPIC, partition: PARTITION },
  },
  stream_batch_seconds: {
    type: 'histogram',
    help: 'Time that a step takes for one batch of one partition.',
    unit: 'seconds',
    labels: { topic: TOPIC },
    buckets: SECONDS,
  },
} as const satisfies Catalogue;

const enrichMetrics = {
  enrich_events_total: {
    type: 'counter',
    help: 'Audit events enriched.',
    unit: 'events',
    labels: { source: SOURCE },
  },
  enrich_sequence_holes_total: {
    type: 'counter',
    help: 'Ranges of numbers of an ingester that are missing in audit.ingested: records were removed, or lost.',
    unit: 'holes',
    labels: {},
  },
} as const satisfies Catalogue;

const detectMetrics = {
  detect_evaluated_total: {
    type: 'counter',
    help: 'Audit events that rules were evaluated on, by what came of it.',
    unit: 'events',
    labels: { outcome: REASON },
  },
  detect_detections_total: {
    type: 'counter',
    help: 'Detections emitted, repeats of redelivered events included.',
    unit: 'detections',
    labels: { rule: RULE },
  },
  detect_rule_errors_total: {
    type: 'counter',
    help: 'Evaluations of a rule that failed.',
    unit: 'errors',
    labels: { rule: RULE },
  },
  detect_rules: {
    type: 'gauge',
    help: 'Rules that are in force.',
    unit: 'rules',
    labels: {},
  },
} as const satisfies Catalogue;

const indexMetrics = {
  index_documents_total: {
    type: 'counter',
    help: 'Documents sent to OpenSearch, by what became of them.',
    unit: 'documents',
    labels: {
      index: ['events', 'detections', 'dead_letters', 'repeats'],
      outcome: ['created', 'repeated', 'retried', 'rejected'],
    },
  },
  index_bulk_seconds: {
    type: 'histogram',
    help: 'Time that OpenSearch takes to answer a bulk request.',
    unit: 'seconds',
    labels: {},
    buckets: SECONDS,
  },
} as const satisfies Catalogue;

const rulesMetrics = {
  rules_published_total: {
    type: 'counter',
    help: 'Rule versions written to audit.rules.',
    unit: 'versions',
    labels: {},
  },
} as const satisfies Catalogue;

const authzMetrics = {
  authz_messages_total: {
    type: 'counter',
    help: 'What engines told the authorization plugin of API calls, by what became of it.',
    unit: 'messages',
    labels: {
      phase: ['request', 'response'],
      verdict: ['recorded', 'passed-over', 'not-recorded'],
    },
  },
  authz_lost_events_total: {
    type: 'counter',
    help: 'Events of API calls that are not on record: not written, or dropped from a full journal before they were read.',
    unit: 'events',
    labels: { reason: ['unwritten', 'dropped'] },
  },
  authz_open_calls: {
    type: 'gauge',
    help: 'API calls whose response has not come.',
    unit: 'calls',
    labels: {},
  },
  authz_journal_bytes: {
    type: 'gauge',
    help: 'Bytes that the journal of the authorization plugin takes.',
    unit: 'bytes',
    labels: {},
  },
  authz_answer_seconds: {
    type: 'histogram',
    help: 'Time in which an engine got its answer, durability included.',
    unit: 'seconds',
    labels: {},
    buckets: SECONDS,
  },
  authz_sync_seconds: {
    type: 'histogram',
    help: 'Time that the disk takes to sync what waits for the journal.',
    unit: 'seconds',
    labels: {},
    buckets: SECONDS,
  },
} as const satisfies Catalogue;

export const metricsCatalogue = {
  ...streamMetrics,
  ...ingestMetrics,
  ...enrichMetrics,
  ...detectMetrics,
  ...indexMetrics,
  ...rulesMetrics,
  ...authzMetrics,
} as const satisfies Catalogue;

type Metrics = typeof metricsCatalogue;
type NamesOf<Type extends AnyMetricSpec['type']> = {
  [Name in keyof Metrics]: Metrics[Name] extends { readonly type: Type } ? Name : never;
}[keyof Metrics];

export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;

/** The labels that a metric must be given: exactly these, each with a value that its spec allows. */
export type LabelsOf<Name extends keyof Metrics> = {
  readonly [
    Label in keyof Metrics[Name]['labels']
  ]: Metrics[Name]['labels'][Label] extends readonly (infer Value extends string)[]
    ? Value
    : string;
};
