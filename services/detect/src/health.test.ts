import { describe, expect, it } from '@jest/globals';
import { rulesHealth } from './health.ts';

describe('health', () => {
  it.each([
    [true, 3, true],
    [true, 0, false],
    [false, 3, false],
  ])('of the rules: caught up %p with %d enabled', (caughtUp, enabled, ok) => {
    const health = rulesHealth({ isCaughtUp: () => caughtUp }, { enabledCount: () => enabled });
    expect(health.ok).toBe(ok);
  });
});
