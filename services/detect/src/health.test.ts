import { describe, expect, it } from '@jest/globals';
import { consumerHealth, rulesHealth } from './health.ts';

describe('health', () => {
  it.each([
    [true, 3, true],
    [true, 0, false],
    [false, 3, false],
  ])('of the rules: caught up %p with %d enabled', (caughtUp, enabled, ok) => {
    const health = rulesHealth({ isCaughtUp: () => caughtUp }, { enabledCount: () => enabled });
    expect(health.ok).toBe(ok);
  });

  it.each([
    [{ connected: true, stalledForMs: 0 }, true],
    [{ connected: true, stalledForMs: 60_001 }, false],
    [{ connected: false, stalledForMs: 0 }, false],
  ])('of the consumer: %j', (state, ok) => {
    expect(consumerHealth({ assigned: 0, lag: 0, ...state }).ok).toBe(ok);
  });
});
