import { expect, it } from '@jest/globals';
import { waitFor } from '../../support/wait-for.ts';
import {
  type Ground,
  join,
  numbered,
  numberOf,
  produce,
  sendUntilAcknowledged,
  setStage,
  startLoad,
  tabulate,
  untilSettled,
} from './stage.ts';

const CHUNK = 200;

export function holdsForOutages(ground: Ground): void {
  // Within the client's own patience, and beyond it.
  it.each([12_000, 35_000])(
    'goes on by itself after a broker was away for %i ms',
    async (outageMs) => {
      const stage = await setStage(await ground.connect(), 3);
      const producer = await produce(stage, { deliveryLimitMs: 5_000 });
      const seen = new Set<number>();
      const consumer = await join(stage, {
        step: (records) => {
          for (const record of records) seen.add(numberOf(record));
          return Promise.resolve(records.map(() => ({ type: 'done' })));
        },
      });
      const inTable = new Set<number>();
      const table = await tabulate(stage, {
        catchUpLimitMs: 3_000,
        onRecord: (record) => void inTable.add(numberOf(record)),
      });
      const load = startLoad(stage, producer, CHUNK);
      await waitFor('records flow', () => seen.size > 1_000 || undefined);

      await duringOutage(ground, async () => {
        await waitFor('the consumer notices', () => !consumer.health().connected || undefined);
        await waitFor('the producer notices', () => !producer.connected() || undefined);
        await expect(table.catchUp()).rejects.toMatchObject({ retryable: true });
        await waitFor('it is long', () => consumer.health().stalledForMs > outageMs || undefined);
      });
      const seenInOutage = seen.size;

      await waitFor('records flow again', () => seen.size > seenInOutage + 1_000 || undefined);
      expect(consumer.health()).toMatchObject({ connected: true, assigned: 3 });
      const sent = await load.stop();
      await untilSettled(stage);
      await waitFor('the table catches up', () =>
        table.catchUp().then(
          () => true,
          () => undefined,
        ),
      );
      await Promise.all([consumer.stop(), table.stop(), producer.stop()]);
      expect(seen.size).toBe(sent);
      expect(inTable.size).toBe(sent);
    },
  );

  it('starts without a broker and finds it when it comes', async () => {
    const stage = await setStage(await ground.connect(), 1);
    let seen = 0;
    const started = await duringOutage(ground, async () => {
      const producer = await produce(stage, { deliveryLimitMs: 2_000 });
      const first = producer.send(numbered(stage, { count: 1 }));
      await expect(first).rejects.toMatchObject({ retryable: true });
      const consumer = await join(stage, {
        step: (records) => {
          seen += records.length;
          return Promise.resolve(records.map(() => ({ type: 'done' })));
        },
      });
      expect(consumer.health()).toMatchObject({ connected: false, assigned: 0 });
      return { producer, consumer };
    });
    await sendUntilAcknowledged(started.producer, numbered(stage, { count: 100 }));
    await waitFor('it is read', () => seen >= 100 || undefined);
    await untilSettled(stage);
    expect(started.consumer.health().connected).toBe(true);
  });
}

/** Kills the broker, and starts it again whatever comes of the work. */
async function duringOutage<T>(ground: Ground, work: () => Promise<T>): Promise<T> {
  await ground.broker().kill();
  try {
    return await work();
  } finally {
    await ground.broker().restart();
  }
}
