/** What a service reports about its work: metrics from the catalogue, and logs. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type Logger } from './logger.ts';
import { type AnyMetricSpec } from './metric-spec.ts';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  METRIC_PREFIX,
  metricsCatalogue,
} from './metrics-catalogue.ts';

/**
 * Metrics by their name in the catalogue. Reporting never throws: a value or label that the catalogue
 * does not allow is logged, once for each metric, and left out.
 */
export interface Telemetry {
  /** Adds to a counter; `by` is 1 if not given, and never negative. */
  count<M extends CounterName>(metric: M, labels: LabelsOf<M>, by?: number): void;
  set<M extends GaugeName>(metric: M, labels: LabelsOf<M>, value: number): void;
  /** Takes a gauge's sample away: what it spoke of is not known here any more. */
  forget<M extends GaugeName>(metric: M, labels: LabelsOf<M>): void;
  /** Adds one value to a histogram, in the unit that the metric's name ends in. */
  observe<M extends HistogramName>(metric: M, labels: LabelsOf<M>, value: number): void;
  readonly log: Logger;
}

/** The metrics as Prometheus reads them. */
export interface MetricsExposition {
  readonly contentType: string;
  render(): Promise<string>;
}

type MetricName = keyof typeof metricsCatalogue;
type Labels = Readonly<Record<string, string>>;

/**
 * Telemetry of one service with a registry of its own. Each sample has the label `service`.
 * The service's own metrics and those of its process are there from the start, shared ones once used.
 */
export function createTelemetry(
  service: string,
  log: Logger,
): { readonly telemetry: Telemetry; readonly page: MetricsExposition } {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const instruments = createInstruments(registry);
  metricNames.filter((name) => name.startsWith(`${service}_`)).forEach(instruments);
  const page = { contentType: registry.contentType, render: () => registry.metrics() };
  return { telemetry: createReporter(instruments, log), page };
}

const metricNames = Object.keys(metricsCatalogue) as readonly MetricName[];

type Instruments = (name: MetricName) => Counter | Gauge | Histogram;

function createInstruments(registry: Registry): Instruments {
  const created = new Map<MetricName, Counter | Gauge | Histogram>();
  return (name) => {
    const known = created.get(name);
    if (known !== undefined) return known;
    const instrument = createInstrument(name, metricsCatalogue[name], registry);
    created.set(name, instrument);
    return instrument;
  };
}

function createInstrument(
  name: string,
  spec: AnyMetricSpec,
  registry: Registry,
): Counter | Gauge | Histogram {
  const common = {
    name: METRIC_PREFIX + name,
    help: spec.help,
    labelNames: Object.keys(spec.labels),
    registers: [registry],
  };
  switch (spec.type) {
    case 'counter':
      return new Counter(common);
    case 'gauge':
      return new Gauge(common);
    case 'histogram':
      return new Histogram({ ...common, buckets: [...spec.buckets] });
  }
}

function createReporter(instruments: Instruments, log: Logger): Telemetry {
  const complained = new Set<string>();
  const report = (metric: MetricName, labels: Labels, value?: number): void => {
    try {
      record(instruments(metric), labels, value);
    } catch (error) {
      if (complained.has(metric)) return;
      complained.add(metric);
      log.error({ metric, labels, value, error }, 'A metric was not recorded.');
    }
  };
  return {
    count: (metric, labels, by = 1) => {
      report(metric, labels, by);
    },
    set: report,
    forget: report,
    observe: report,
    log,
  };
}

/** Without a value, the sample is taken away. */
function record(instrument: Counter | Gauge | Histogram, labels: Labels, value?: number): void {
  if (value === undefined) instrument.remove(labels);
  else if (instrument instanceof Counter) instrument.inc(labels, value);
  else if (instrument instanceof Gauge) instrument.set(labels, value);
  else instrument.observe(labels, value);
}
