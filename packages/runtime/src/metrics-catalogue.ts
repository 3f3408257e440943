/**
 * Every metric of every service; each sample has the label `service` as well. docs/metrics.md is
 * generated from this table.
 */

/** What may stand in a label: one of a closed list, or any text that the description bounds. */
export type LabelSpec = string | readonly string[];

interface MetricSpec {
  readonly help: string;
  readonly unit: string;
  /** Label names, each with its possible values or a description of them. */
  readonly labels: Readonly<Record<string, LabelSpec>>;
}

interface CounterSpec extends MetricSpec {
  readonly type: 'counter';
}

interface GaugeSpec extends MetricSpec {
  readonly type: 'gauge';
}

interface HistogramSpec extends MetricSpec {
  readonly type: 'histogram';
  /** Upper bounds, in the metric's unit, ascending. */
  readonly buckets: readonly number[];
}

export type AnyMetricSpec = CounterSpec | GaugeSpec | HistogramSpec;
export type Catalogue = Readonly<Record<string, AnyMetricSpec>>;

/** Names on the wire begin with this; code leaves it out. */
export const METRIC_PREFIX = 'auditstream_';

/** From a millisecond to the half minute after which a request has been given up. */
const SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

const CLUSTER = 'a configured cluster';
const TOPIC = 'a Kafka topic';
const PARTITION = 'a partition number';
const GROUP = 'a consumer group';
const RULE = "a rule's id";
const REASON = 'a bounded code';
const SOURCE = 'a kind of audit source, such as kubernetes';

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

const ingestMetrics = {
  ingest_events_total: {
    type: 'counter',
    help: 'Audit events received, by whether they were accepted.',
    unit: 'events',
    labels: { source: SOURCE, cluster: 'a configured cluster', result: ['accepted', 'rejected'] },
  },
  ingest_rejections_total: {
    type: 'counter',
    help: 'Items or requests that ingest refused, by reason.',
    unit: 'rejections',
    labels: { reason: REASON },
  },
  ingest_sealed_items_total: {
    type: 'counter',
    help: 'Rejected items by what became of their bytes: sealed in the dead letter, or left out because there is no key, too many bytes, more to seal than there is time for, or a failure.',
    unit: 'items',
    labels: { result: ['sealed', 'no-key', 'too-large', 'busy', 'failed'] },
  },
  ingest_truncated_events_total: {
    type: 'counter',
    help: 'Events above 8 MiB whose bodies were replaced by their size.',
    unit: 'events',
    labels: { source: SOURCE, cluster: 'a configured cluster' },
  },
  ingest_sources_reloads_total: {
    type: 'counter',
    help: 'Times that the sources file had changed, by whether it could be used.',
    unit: 'changes',
    labels: { result: ['taken', 'refused'] },
  },
  ingest_reduced_total: {
    type: 'counter',
    help: 'Audit events of which the reducer kept nothing, or less, by the rule that says so.',
    unit: 'events',
    labels: {
      rule: 'number of a rule of the configured policy, from 1',
      effect: ['dropped', 'bodies', 'managed-fields'],
    },
  },
  ingest_redactions_total: {
    type: 'counter',
    help: 'Values taken out of audit events before anything is stored, by what they were.',
    unit: 'values',
    labels: { kind: ['private_key', 'cloud_key', 'token', 'password', 'opaque'] },
  },
  ingest_notices_total: {
    type: 'counter',
    help: 'Notices that ingest told, by what became of them: durable as events, only logged because too many waited, or left when it stopped.',
    unit: 'notices',
    labels: { action: "a notice's action", result: ['durable', 'logged', 'left'] },
  },
  ingest_answer_seconds: {
    type: 'histogram',
    help: 'Time from the first byte of a delivery to its answer, durability included.',
    unit: 'seconds',
    labels: {},
    buckets: SECONDS,
  },
  ingest_spool_bytes: {
    type: 'gauge',
    help: 'Bytes that the files of the spool take. Anything but 0 means that Kafka does not answer, or has not yet caught up.',
    unit: 'bytes',
    labels: {},
  },
  ingest_spool_records: {
    type: 'gauge',
    help: 'Records in the spool that Kafka has not acknowledged.',
    unit: 'records',
    labels: {},
  },
  ingest_spooled_records_total: {
    type: 'counter',
    help: 'Records written to the spool and synced.',
    unit: 'records',
    labels: {},
  },
  ingest_drained_records_total: {
    type: 'counter',
    help: 'Records of the spool that Kafka has acknowledged.',
    unit: 'records',
    labels: {},
  },
  ingest_spool_refusals_total: {
    type: 'counter',
    help: 'Deliveries that the spool had no room for, or could not write.',
    unit: 'deliveries',
    labels: { reason: ['full', 'disk'] },
  },
  ingest_spool_sync_seconds: {
    type: 'histogram',
    help: 'Time that the disk takes to sync one write to the spool.',
    unit: 'seconds',
    labels: {},
    buckets: SECONDS,
  },
  ingest_log_behind_bytes: {
    type: 'gauge',
    help: 'Bytes of log files that are on disk and not accepted yet; of compressed ones, as they are on disk.',
    unit: 'bytes',
    labels: { cluster: CLUSTER },
  },
  ingest_log_files: {
    type: 'gauge',
    help: 'Log files that are followed, and those that are not because too many are.',
    unit: 'files',
    labels: { cluster: CLUSTER, state: ['followed', 'over_limit'] },
  },
  ingest_log_gaps_total: {
    type: 'counter',
    help: 'Times that lines of a log file may have been lost to its rotation, by why: events may be missing.',
    unit: 'gaps',
    labels: { cluster: CLUSTER, reason: ['copied', 'gone', 'damaged'] },
  },
  ingest_log_zero_bytes_total: {
    type: 'counter',
    help: 'Zeros in log files, which a loss of power leaves where lines should be.',
    unit: 'bytes',
    labels: { cluster: CLUSTER },
  },
  ingest_spool_damaged_bytes_total: {
    type: 'counter',
    help: 'Bytes of the spool that were synced and cannot be read any more: accepted events are lost.',
    unit: 'bytes',
    labels: {},
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

export const metricsCatalogue = {
  ...streamMetrics,
  ...ingestMetrics,
  ...enrichMetrics,
  ...detectMetrics,
  ...indexMetrics,
  ...rulesMetrics,
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
