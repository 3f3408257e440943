import { describe, expect, it } from '@jest/globals';
import { type OutgoingRecord } from '@auditstream/stream/types';
import fc from 'fast-check';
import { textOf } from '../../services/ingest/src/adapters/spool/spool-rig.ts';
import { actions, createWorld, keys } from '../support/fault-world.ts';

describe('whatever happens to Kafka, the disk and the process', () => {
  it('every accepted record is in Kafka, and the first copies of a key in their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { maxLength: 30 }), async (happenings) => {
        const world = await createWorld();
        for (const action of happenings) await world.take(action);
        const { accepted, log } = await world.finish();
        for (const key of keys) {
          const isOfKey = (record: OutgoingRecord): boolean => record.key?.toString() === key;
          const expected = accepted.filter(isOfKey).map(textOf);
          const firsts = [...new Set(log.filter(isOfKey).map(textOf))];
          expect(firsts.filter((text) => expected.includes(text))).toEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});
