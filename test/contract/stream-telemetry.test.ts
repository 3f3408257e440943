import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@auditstream/runtime/logger';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
} from '@auditstream/runtime/metrics-catalogue';
import { createTelemetry } from '@auditstream/runtime/telemetry';
import {
  type StreamCounter,
  type StreamGauge,
  type StreamHistogram,
  type StreamTelemetry,
} from '@auditstream/stream/types';

type StreamNames<Name extends string> = Extract<Name, `stream_${string}`>;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/** Fails to compile where the stream reports a metric that the catalogue lacks, or the reverse. */
const sameNames: [
  Same<StreamNames<CounterName>, StreamCounter>,
  Same<StreamNames<GaugeName>, StreamGauge>,
  Same<StreamNames<HistogramName>, StreamHistogram>,
] = [true, true, true];

describe('the telemetry of the runtime', () => {
  it('is what the stream reports to', async () => {
    const lines: string[] = [];
    const output = { write: (line: string) => lines.push(line) };
    const log = createLogger({ service: 'detect', level: 'info', output });
    const { telemetry, page } = createTelemetry('detect', log);
    const stream: StreamTelemetry = telemetry;

    stream.count('stream_produced_records_total', { topic: 'audit.detections' }, 2);
    stream.set(
      'stream_lag_records',
      { group: 'detect', topic: 'audit.enriched', partition: '0' },
      5,
    );
    stream.observe('stream_batch_seconds', { topic: 'audit.enriched' }, 0.2);
    stream.log.warn({ topic: 'audit.enriched' }, 'A warning.');

    const text = await page.render();
    expect(text).toContain(
      'stream_produced_records_total{topic="audit.detections",service="detect"} 2',
    );
    expect(text).toMatch(/stream_lag_records\{.*partition="0".*\} 5/);
    expect(text).toMatch(/stream_batch_seconds_count\{.*\} 1/);
    expect(lines).toHaveLength(1);
    expect(sameNames).toHaveLength(3);
  });
});
