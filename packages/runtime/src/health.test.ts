import { describe, expect, it } from '@jest/globals';
import { createHealth, type HealthState } from './health.ts';

describe('health', () => {
  it('is ready and alive without checks', () => {
    const health = createHealth();
    expect(health.failingReadiness()).toEqual([]);
    expect(health.failingLiveness()).toEqual([]);
  });

  it('asks the checks each time, and names those that fail', () => {
    const health = createHealth();
    let kafka: HealthState = { ok: false, reason: 'not connected' };
    health.register('kafka', () => kafka);
    health.register('search', () => ({ ok: true }));
    expect(health.failingReadiness()).toEqual([{ check: 'kafka', reason: 'not connected' }]);
    kafka = { ok: true };
    expect(health.failingReadiness()).toEqual([]);
  });

  it('keeps liveness and readiness apart', () => {
    const health = createHealth();
    health.register('a', () => ({ ok: false, reason: 'busy' }));
    health.registerLiveness('a', () => ({ ok: false, reason: 'stuck' }));
    expect(health.failingReadiness()).toEqual([{ check: 'a', reason: 'busy' }]);
    expect(health.failingLiveness()).toEqual([{ check: 'a', reason: 'stuck' }]);
  });

  it('counts a check that throws as failing', () => {
    const health = createHealth();
    health.register('a', () => {
      throw new Error('no state');
    });
    expect(health.failingReadiness()).toEqual([
      { check: 'a', reason: 'the check itself failed: no state' },
    ]);
  });

  it('takes each name once', () => {
    const health = createHealth();
    health.register('a', () => ({ ok: true }));
    expect(() => {
      health.register('a', () => ({ ok: true }));
    }).toThrow('the health check a is registered already');
  });
});
