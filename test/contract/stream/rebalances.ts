import { expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningConsumer } from '@auditstream/stream/consumer';
import { waitFor } from '../../support/wait-for.ts';
import { silent } from './client.ts';
import {
  type Ground,
  inOrder,
  join,
  numbered,
  numberOf,
  produce,
  sendUntilAcknowledged,
  setStage,
  startLoad,
  type Stage,
  untilSettled,
} from './stage.ts';

const CHUNK = 300;

interface Owner {
  readonly consumer: RunningConsumer;
  /** Record numbers by ownership (counted) and partition, in the order of their effects. */
  readonly effects: ReadonlyMap<string, readonly number[]>;
  /** Partitions that had two steps at once. */
  readonly overlaps: readonly number[];
}

async function own(stage: Stage): Promise<Owner> {
  const effects = new Map<string, number[]>();
  const overlaps: number[] = [];
  const running = new Set<number>();
  let ownership = 0;
  const consumer = await join(stage, {
    maxBatchBytes: 8_000,
    telemetry: silent((metric) => {
      if (metric === 'stream_rebalances_total') ownership += 1;
    }),
    step: async (records, { signal }) => {
      const partition = records[0]?.partition ?? -1;
      const key = `${ownership}/${partition}`;
      if (running.has(partition)) overlaps.push(partition);
      running.add(partition);
      await delay(20);
      if (!signal.aborted) {
        effects.set(key, [...(effects.get(key) ?? []), ...records.map(numberOf)]);
      }
      running.delete(partition);
      return records.map(() => ({ type: 'done' }));
    },
  });
  return { consumer, effects, overlaps };
}

export function holdsForRebalances(ground: Ground): void {
  it('loses nothing and keeps order while members join and leave under load', async () => {
    const stage = await setStage(await ground.connect(), 6);
    const producer = await produce(stage);
    const load = startLoad(stage, producer, CHUNK);
    const first = await own(stage);
    await waitFor('the first owns all', () => first.consumer.health().assigned === 6 || undefined);
    const second = await own(stage);
    await waitFor(
      'both own some',
      () => [first, second].every(({ consumer }) => consumer.health().assigned === 3) || undefined,
    );
    await waitFor('the second works', () => second.effects.size > 0 || undefined);
    await second.consumer.stop();
    await waitFor('the first owns all', () => first.consumer.health().assigned === 6 || undefined);
    const third = await own(stage);
    await waitFor('the third works', () => third.effects.size > 0 || undefined);
    const sent = await load.stop();
    await untilSettled(stage);
    const owners = [first, second, third];
    await Promise.all([first.consumer.stop(), third.consumer.stop(), producer.stop()]);

    const sequences = owners.flatMap(({ effects }) => [...effects.values()]);
    expect(new Set(sequences.flat()).size).toBe(sent);
    expect(sequences.filter((numbers) => !inOrder(numbers))).toEqual([]);
    expect(owners.flatMap(({ overlaps }) => overlaps)).toEqual([]);
  });

  it('hands a partition on although its last owner never ends', async () => {
    const stage = await setStage(await ground.connect(), 2);
    const producer = await produce(stage);
    await sendUntilAcknowledged(producer, numbered(stage, { count: 200 }));
    await producer.stop();
    let handedIn = 0;
    const stuck = await join(stage, {
      stopLimitMs: 200,
      step: () => {
        handedIn += 1;
        return new Promise(() => undefined);
      },
    });
    await waitFor('it is stuck', () => handedIn === 2 || undefined);
    expect(stuck.health().connected).toBe(true);
    await stuck.stop();
    const next = await own(stage);
    await untilSettled(stage);
    await next.consumer.stop();
    expect([...next.effects.values()].flat()).toHaveLength(200);
  });
}
