import { describe, expect, it } from '@jest/globals';
import { type Ownership, startOwnership } from './ownership.ts';
import { type ConsumerSession } from './ports.ts';
import { type StreamTelemetry } from './types.ts';
import { createSlots } from './wait.ts';

const ignore = (): void => undefined;
const partition = { topic: 't', partition: 2 };

const session: ConsumerSession = {
  pause: ignore,
  resume: ignore,
  commit: () => Promise.resolve(),
  lastAnswerAt: () => Date.now(),
  close: () => Promise.resolve(),
};

/** Keeps what gauges show, by metric and labels. */
function watchGauges(): { readonly telemetry: StreamTelemetry; readonly shown: () => object } {
  const gauges = new Map<string, number>();
  const nameOf = (metric: string, labels: Readonly<Record<string, string>>): string =>
    [metric, ...Object.values(labels)].join(' ');
  const telemetry: StreamTelemetry = {
    count: ignore,
    set: (metric, labels, value) => void gauges.set(nameOf(metric, labels), value),
    forget: (metric, labels) => void gauges.delete(nameOf(metric, labels)),
    observe: ignore,
    log: { info: ignore, warn: ignore, error: ignore },
  };
  return { telemetry, shown: () => Object.fromEntries(gauges) };
}

function own(telemetry: StreamTelemetry): Ownership {
  return startOwnership({
    groupId: 'g',
    partitions: [partition],
    session,
    running: new Map(),
    step: () => new Promise(ignore),
    deadLetters: () => Promise.resolve(),
    backoff: { firstMs: 1, limitMs: 1 },
    slots: createSlots(1),
    recollect: () => () => Promise.resolve(),
    telemetry,
  });
}

describe('an ownership', () => {
  it('shows the lag of what is under way until it is lost', async () => {
    const { telemetry, shown } = watchGauges();
    const ownership = own(telemetry);
    const record = { ...partition, offset: 4, timestamp: 0, key: null, value: null, headers: {} };
    await ownership.take({ ...partition, records: [record], nextOffset: 5, highWatermark: 9 });
    expect(shown()).toEqual({ 'stream_lag_records g t 2': 5 });
    ownership.lose();
    expect(shown()).toEqual({});
  });

  it('shows how far it has come until it is lost', async () => {
    const { telemetry, shown } = watchGauges();
    const ownership = own(telemetry);
    await ownership.take({ ...partition, records: [], nextOffset: 7, highWatermark: 9 });
    await new Promise(setImmediate);
    expect(shown()).toEqual({ 'stream_lag_records g t 2': 2, 'stream_committed_offset g t 2': 7 });
    ownership.lose();
    expect(shown()).toEqual({});
  });
});
