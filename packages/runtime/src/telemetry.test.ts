import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.ts';
import { metricsCatalogue } from './metrics-catalogue.ts';
import { createTelemetry, type MetricsExposition, type Telemetry } from './telemetry.ts';

function setUp(service = 'ingest'): {
  telemetry: Telemetry;
  page: MetricsExposition;
  logged: string[];
} {
  const logged: string[] = [];
  const output = { write: (line: string) => logged.push(line) };
  const log = createLogger({ service, level: 'info', output });
  return { ...createTelemetry(service, log), logged };
}

describe('telemetry', () => {
  it('counts, by one or by more', async () => {
    const { telemetry, page } = setUp();
    const from = { source: 'kubernetes', cluster: 'c1', source_name: 's' };
    const labels = { ...from, result: 'accepted' } as const;
    telemetry.count('ingest_events_total', labels);
    telemetry.count('ingest_events_total', labels, 41);
    expect(await page.render()).toContain(
      'auditstream_ingest_events_total{source="kubernetes",cluster="c1",source_name="s",result="accepted",service="ingest"} 42',
    );
  });

  it('sets a gauge to the last value', async () => {
    const { telemetry, page } = setUp('detect');
    telemetry.set('detect_rules', {}, 3);
    telemetry.set('detect_rules', {}, 2);
    expect(await page.render()).toContain('auditstream_detect_rules{service="detect"} 2');
  });

  it("takes away a gauge's sample that is not known any more, and leaves the others", async () => {
    const { telemetry, page } = setUp('detect');
    const labelsOf = (partition: string) => ({ group: 'g', topic: 't', partition });
    telemetry.set('stream_lag_records', labelsOf('0'), 5);
    telemetry.set('stream_lag_records', labelsOf('1'), 7);
    telemetry.forget('stream_lag_records', labelsOf('0'));
    telemetry.forget('stream_lag_records', labelsOf('2'));
    const samples = (await page.render()).match(/^auditstream_stream_lag_records.*$/gm);
    expect(samples).toEqual([
      'auditstream_stream_lag_records{group="g",topic="t",partition="1",service="detect"} 7',
    ]);
  });

  it('puts observations into the buckets of the catalogue', async () => {
    const { telemetry, page } = setUp();
    telemetry.observe('ingest_answer_seconds', { source_name: 's' }, 0.02);
    const text = await page.render();
    expect(text).toContain(
      'auditstream_ingest_answer_seconds_bucket{le="0.01",service="ingest",source_name="s"} 0',
    );
    expect(text).toContain(
      'auditstream_ingest_answer_seconds_bucket{le="0.025",service="ingest",source_name="s"} 1',
    );
  });

  it("shows a service's own metrics from the start, and no other service's", async () => {
    const text = await setUp('rules').page.render();
    expect(text).toContain('auditstream_rules_published_total{service="rules"} 0');
    expect(text).not.toContain('auditstream_detect_rules');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('keeps the metrics of two services apart', async () => {
    const { telemetry } = setUp('detect');
    const other = setUp('detect');
    telemetry.set('detect_rules', {}, 9);
    expect(await other.page.render()).toContain('auditstream_detect_rules{service="detect"} 0');
  });

  it('complains once of what it cannot record, and never throws', () => {
    const { telemetry, logged } = setUp();
    const labels = { source_name: 's', reason: 'x' };
    telemetry.count('ingest_rejections_total', labels, -1);
    telemetry.count('ingest_rejections_total', labels, -1);
    telemetry.set('stream_lag_records', { group: 'g', topic: 't', partition: '0' }, NaN);
    telemetry.count('stream_rebalances_total', { group: 'g', odd: 'x' } as never);
    expect(logged.map((line) => (JSON.parse(line) as { metric: string }).metric)).toEqual([
      'ingest_rejections_total',
      'stream_rebalances_total',
    ]);
  });

  it('takes only what the catalogue has', () => {
    const { telemetry, logged } = setUp();
    const from = { source: 'k', cluster: 'c', source_name: 's' };
    // Never called: it is the compiler that must refuse these.
    const refused = (): void => {
      // @ts-expect-error an unknown metric
      telemetry.count('ingest_things_total', {});
      // @ts-expect-error a gauge is not counted
      telemetry.count('detect_rules', {});
      // @ts-expect-error a label is missing
      telemetry.count('ingest_events_total', { source: 'k', source_name: 's', result: 'accepted' });
      // @ts-expect-error a label too many
      telemetry.count('ingest_rejections_total', { source_name: 's', reason: 'x', cluster: 'c' });
      // @ts-expect-error a value that is not on the list
      telemetry.count('ingest_events_total', { ...from, result: 'maybe' });
    };
    expect(refused).toBeInstanceOf(Function);
    expect(logged).toEqual([]);
  });
});

describe('the catalogue', () => {
  it.each(Object.entries(metricsCatalogue))('names %s by the rules', (name, spec) => {
    expect(name).toMatch(/^(stream|ingest|enrich|detect|index|rules|authz)(_[a-z]+)+$/);
    expect(name.endsWith('_total')).toBe(spec.type === 'counter');
    if (spec.type === 'histogram') {
      expect(name.endsWith(`_${spec.unit}`)).toBe(true);
      expect([...spec.buckets]).toEqual(spec.buckets.toSorted((a, b) => a - b));
    }
    expect(spec.help).toMatch(/^[A-Z].*\.$/);
  });
});
