import { describe, expect, it } from '@jest/globals';
import { kafkaHealth } from './health.ts';

describe('the health of the way to Kafka', () => {
  it.each([
    { connected: true, failedAt: null, now: 0, ok: true },
    { connected: false, failedAt: null, now: 0, ok: false },
    { connected: false, failedAt: 1_000, now: 1_000, ok: false },
    { connected: false, failedAt: 1_000, now: 11_000, ok: false },
    { connected: false, failedAt: 1_000, now: 11_001, ok: true },
  ])('is judged: %j', ({ connected, failedAt, now, ok }) => {
    expect(kafkaHealth({ connected, failedAt }, now).ok).toBe(ok);
  });
});
