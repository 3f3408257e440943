import { describe, expect, it } from '@jest/globals';
import { consumerHealth } from './consumer-health.ts';

describe('consumerHealth', () => {
  it.each([
    [{ connected: true, stalledForMs: 0 }, { ok: true }],
    [{ connected: true, stalledForMs: 60_000 }, { ok: true }],
    [
      { connected: true, stalledForMs: 61_000 },
      { ok: false, reason: 'no record was settled for 61 s' },
    ],
    [
      { connected: false, stalledForMs: 0 },
      { ok: false, reason: 'the consumer is not connected to Kafka' },
    ],
  ])('%o: %o', (state, expected) => {
    expect(consumerHealth(state)).toEqual(expected);
  });
});
