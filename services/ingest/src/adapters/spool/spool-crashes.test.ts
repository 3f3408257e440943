import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type MemoryFolder } from './memory-folder.ts';
import { failing, ignore, openRig, records, textOf } from './spool-rig.ts';

/** What happens to a spool in a random run. */
type Action = 'append' | 'drain' | 'kill' | 'power loss' | 'fail' | 'heal';

describe('whatever happens to the spool', () => {
  it('every synced record comes out at least once, and the first copies in order', async () => {
    const actions = fc.array(
      fc.tuple(
        fc.constantFrom<Action>(
          'append',
          'append',
          'append',
          'drain',
          'kill',
          'power loss',
          'fail',
          'heal',
        ),
        fc.nat(1_000_000),
      ),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(actions, async (happenings) => {
        const run = await startRun();
        for (const [action, seed] of happenings) await run.take(action, seed);
        await run.finish();
        const firsts = [...new Set(run.drained)].filter((text) => run.accepted.includes(text));
        expect(firsts).toEqual(run.accepted);
      }),
      { numRuns: 150 },
    );
  });
});

interface Run {
  readonly accepted: string[];
  readonly drained: string[];
  take(action: Action, seed: number): Promise<void>;
  finish(): Promise<void>;
}

async function startRun(): Promise<Run> {
  let { spool, folder } = await openRig();
  const [accepted, drained]: [string[], string[]] = [[], []];
  let next = 0;

  const append = async (count: number): Promise<void> => {
    const texts = Array.from({ length: count }, () => `record ${(next += 1)}`);
    const outcomes = await Promise.allSettled(texts.map((text) => spool.append(records(text))));
    accepted.push(...texts.filter((_, at) => outcomes[at]?.status === 'fulfilled'));
  };
  const drainSome = async (batches: number): Promise<void> => {
    for (let count = 0; count < batches; count += 1) {
      const batch = await spool.read(80).catch(() => null);
      if (batch === null) return;
      drained.push(...batch.records.map(textOf));
      await spool.advance(batch.end, batch.records.length);
    }
  };
  const reopen = async (left: MemoryFolder): Promise<void> => {
    const opened = await openRig(left);
    ({ spool, folder } = opened);
    // What was torn was never accepted: a crash must not raise the alarm.
    expect(opened.counts.get('ingest_spool_damaged_bytes_total')).toBeUndefined();
  };
  const take = async (action: Action, seed: number): Promise<void> => {
    switch (action) {
      case 'append':
        return append(1 + (seed % 5));
      case 'drain':
        return drainSome(1 + (seed % 4));
      case 'kill':
        return reopen(folder.afterKill());
      case 'power loss':
        return reopen(folder.afterPowerLoss(lehmer(seed)));
      case 'fail':
        folder.onOperation = failing(
          (['write', 'sync', 'create', 'read', 'rename', 'remove'] as const)[seed % 6] ?? 'sync',
        );
        folder.writtenShare = (seed % 100) / 100;
        return;
      case 'heal':
        folder.onOperation = ignore;
    }
  };
  return {
    accepted,
    drained,
    take,
    async finish() {
      await reopen(folder.afterPowerLoss(lehmer(next)));
      await drainSome(Infinity);
      expect([spool.isEmpty(), folder.bytes()]).toEqual([true, 0]);
    },
  };
}

/** Numbers between 0 and 1 that depend on nothing but the seed. */
function lehmer(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
