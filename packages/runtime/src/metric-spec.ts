/** What the catalogue says of a metric, and the words that its entries share. */

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

/** From a millisecond to the half minute after which a request has been given up. */
export const SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

/** From what is fresh, over the half minute for which an API server batches, to a day. */
export const LAG_SECONDS = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600, 21_600, 86_400,
] as const;

export const CLUSTER = 'a configured cluster';
export const TOPIC = 'a Kafka topic';
export const PARTITION = 'a partition number';
export const GROUP = 'a consumer group';
export const RULE = "a rule's id";
export const REASON = 'a bounded code';
export const SOURCE_NAME = "a configured source's name, or its kind and cluster";
export const SENDER_NAME = `${SOURCE_NAME}; none where it is not known`;
export const SOURCE = 'a kind of audit source, such as kubernetes';
