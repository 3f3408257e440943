import { describe, expect, it } from '@jest/globals';
import { durabilityHealth } from './health.ts';

describe('the health of ingest', () => {
  it.each([
    { mode: 'direct', diskFailedAt: null, isConnected: true, ok: true },
    { mode: 'direct', diskFailedAt: null, isConnected: false, ok: true },
    { mode: 'spooling', diskFailedAt: null, isConnected: false, ok: true },
    { mode: 'draining', diskFailedAt: null, isConnected: true, ok: true },
    { mode: 'full', diskFailedAt: null, isConnected: false, ok: false },
    { mode: 'spooling', diskFailedAt: 20_000, isConnected: false, ok: false },
    { mode: 'spooling', diskFailedAt: 10_000, isConnected: false, ok: false },
    { mode: 'spooling', diskFailedAt: 9_999, isConnected: false, ok: true },
    { mode: 'direct', diskFailedAt: 20_000, isConnected: true, ok: true },
  ] as const)('is judged: %j', ({ ok, ...signs }) => {
    expect(durabilityHealth(signs, 20_000).ok).toBe(ok);
  });
});
