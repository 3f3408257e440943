import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partitionerFor } from './partitioner.ts';

describe('partitionerFor', () => {
  // The hashes are those of the tests of Kafka's own Utils.murmur2.
  it.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])("has Java's murmur2 of %s", (key, hash) => {
    for (const partitions of [1, 3, 6, 97]) {
      expect(partitionerFor(partitions)(Buffer.from(key))).toBe((hash & 0x7fffffff) % partitions);
    }
  });

  it('names a partition that there is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
        const partition = partitionerFor(partitions)(Buffer.from(key));
        expect(partition).toBeGreaterThanOrEqual(0);
        expect(partition).toBeLessThan(partitions);
      }),
    );
  });
});
