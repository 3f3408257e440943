import { describe, expect, it } from '@jest/globals';
import { nextMode, type SpoolEvent, type SpoolMode } from './spool-mode.ts';

const modes: readonly SpoolMode[] = ['direct', 'spooling', 'draining', 'full'];

describe('the way that deliveries take', () => {
  it.each<[SpoolMode, SpoolEvent, SpoolMode]>([
    ['direct', 'unacknowledged', 'spooling'],
    ['spooling', 'drained', 'draining'],
    ['draining', 'unacknowledged', 'spooling'],
    ['draining', 'emptied', 'direct'],
    ['spooling', 'refused', 'full'],
    ['draining', 'refused', 'full'],
    ['full', 'drained', 'draining'],
    ['full', 'emptied', 'direct'],
    ['full', 'unacknowledged', 'full'],
  ])('goes from %s, when %s, to %s', (from, event, to) => {
    expect(nextMode(from, event)).toBe(to);
  });

  it('is direct again only when the spool is empty', () => {
    for (const mode of modes.filter((from) => from !== 'direct')) {
      for (const event of ['unacknowledged', 'drained', 'refused'] as const) {
        expect(nextMode(mode, event)).not.toBe('direct');
      }
    }
  });

  it('leaves the direct way only when Kafka fails', () => {
    for (const event of ['drained', 'refused', 'emptied'] as const) {
      expect(nextMode('direct', event)).toBe('direct');
    }
  });
});
