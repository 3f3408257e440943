import { expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import {
  type Ground,
  join,
  numbered,
  numberOf,
  produce,
  sendUntilAcknowledged,
  setStage,
  tabulate,
  untilSettled,
} from './stage.ts';

const OUTAGE_MS = 15_000;
const CHUNK = 200;

export function holdsForOutages(ground: Ground): void {
  it('goes on by itself when a broker that was killed comes back', async () => {
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
    let sent = 0;
    const over = new AbortController();
    const load = (async () => {
      for (; !over.signal.aborted; sent += CHUNK) {
        await sendUntilAcknowledged(producer, numbered(stage, { from: sent, count: CHUNK }));
        await delay(20);
      }
    })();
    await waitFor('records flow', () => seen.size > 1_000 || undefined);

    await ground.broker().kill();
    await waitFor('the consumer notices', () => !consumer.health().connected || undefined);
    await waitFor('the producer notices', () => !producer.connected() || undefined);
    await expect(table.catchUp()).rejects.toMatchObject({ retryable: true });
    await delay(OUTAGE_MS);
    expect(consumer.health().stalledForMs).toBeGreaterThan(OUTAGE_MS / 2);
    const seenInOutage = seen.size;
    await ground.broker().restart();

    await waitFor('records flow again', () => seen.size > seenInOutage + 1_000 || undefined);
    expect(consumer.health()).toMatchObject({ connected: true, assigned: 3 });
    over.abort();
    await load;
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
  });

  it('starts without a broker and finds it when it comes', async () => {
    const stage = await setStage(await ground.connect(), 1);
    await ground.broker().kill();
    const producer = await produce(stage, { deliveryLimitMs: 2_000 });
    await expect(producer.send(numbered(stage, { count: 1 }))).rejects.toMatchObject({
      retryable: true,
    });
    let seen = 0;
    const consumer = await join(stage, {
      step: (records) => {
        seen += records.length;
        return Promise.resolve(records.map(() => ({ type: 'done' })));
      },
    });
    expect(consumer.health()).toMatchObject({ connected: false, assigned: 0 });
    await ground.broker().restart();
    await sendUntilAcknowledged(producer, numbered(stage, { count: 100 }));
    await waitFor('it is read', () => seen >= 100 || undefined);
    await Promise.all([consumer.stop(), producer.stop()]);
    expect(seen).toBeLessThanOrEqual(101);
  });
}
