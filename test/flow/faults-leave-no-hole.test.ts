import { describe, expect, it } from '@jest/globals';
import { decodeSequence } from '@auditstream/events/sequence';
import { type OutgoingRecord } from '@auditstream/stream/types';
import fc from 'fast-check';
import { type Continuity, follow, type Hole } from '../../services/enrich/src/domain/continuity.ts';
import {
  continuityText,
  readContinuity,
} from '../../services/enrich/src/domain/continuity-text.ts';
import { actions, createWorld, type Finished } from '../support/fault-world.ts';

const waitMs = 1_000;

/** What is found in a log, a second after its end. Each record is read by another process than the last. */
function holesIn(log: readonly OutgoingRecord[]): readonly Hole[] {
  const memory = new Map<number, string>();
  const holes: Hole[] = [];
  const take = (
    partition: number,
    headers: OutgoingRecord['headers'],
    appendedAt: number,
  ): void => {
    const before: Continuity = readContinuity(memory.get(partition) ?? '');
    const step = follow(before, { partition, headers: headers ?? {}, appendedAt }, waitMs);
    memory.set(partition, continuityText(step.continuity));
    holes.push(...step.holes);
  };
  log.forEach(({ partition = 0, headers }, at) => {
    take(partition, headers, Math.min(at, waitMs - 1));
  });
  for (const partition of [...memory.keys()]) take(partition, {}, 3 * waitMs);
  return holes;
}

describe('the numbers of a log', () => {
  it('have no hole, whatever happens to Kafka, the disk or the process', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { maxLength: 30 }), async (happenings) => {
        const world = await createWorld();
        for (const action of happenings) await world.take(action);
        const finished = await world.finish();
        if (!finished.isForgetful) expect(holesIn(finished.log)).toEqual([]);
        expectRemovalsFound(finished);
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});

/** Whoever takes an accepted record out of the log, all copies of it, leaves a hole. */
function expectRemovalsFound({ accepted, log }: Finished): void {
  for (const { value } of accepted) {
    const removed = log.filter((record) => record.value.equals(value));
    const [one] = removed;
    const number = one?.headers && decodeSequence(one.headers);
    if (one === undefined || number === undefined)
      throw new Error('It was accepted and is not there.');
    // Of the first record of all, nobody can know that it was there.
    if (log.find(({ partition }) => partition === one.partition) === one) continue;
    const holes = holesIn(log.filter((record) => !removed.includes(record)));
    const found = holes.some(
      ({ epoch, first, last }) =>
        epoch === number.epoch && first <= number.sequence && number.sequence <= last,
    );
    expect({ number, found }).toEqual({ number, found: true });
  }
}
