import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { burst, sizeFor } from './sizing.ts';

describe('sizes', () => {
  it('are the defaults for a small cluster', () => {
    expect(sizeFor(100)).toMatchObject({
      eventsPerSecond: 100,
      bytesPerSecond: 140_000,
      bufferSize: 10_000,
      maxBatchSize: 400,
      throttleQps: 10,
      throttleBurst: 15,
    });
  });

  it('let a burst through, and hold one for as long as it lasts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (requests) => {
        const { maxBatchSize, throttleQps, bufferSize, eventsPerSecond } = sizeFor(requests);
        const peak = eventsPerSecond * burst.factor;
        expect(maxBatchSize * throttleQps).toBeGreaterThanOrEqual(peak);
        expect(bufferSize).toBeGreaterThanOrEqual(peak * burst.seconds);
        expect(Number.isInteger(maxBatchSize) && Number.isInteger(throttleQps)).toBe(true);
      }),
    );
  });
});
