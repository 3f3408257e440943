import { expect, it } from '@jest/globals';
import { type RejectedRecord, type StreamRecord } from '@auditstream/stream/types';
import { waitFor } from '../../support/wait-for.ts';
import {
  committedOffsets,
  type Ground,
  inOrder,
  join,
  numbered,
  numberOf,
  produce,
  sendUntilAcknowledged,
  setStage,
  type Stage,
  untilSettled,
} from './stage.ts';

async function fill(stage: Stage, count: number): Promise<void> {
  const producer = await produce(stage);
  await sendUntilAcknowledged(producer, numbered(stage, { count }));
  await producer.stop();
}

export function holdsForBatches(ground: Ground): void {
  it('hands in every record once and in order, and commits all', async () => {
    const stage = await setStage(await ground.connect(), 3);
    await fill(stage, 3_000);
    const seen = new Map<number, number[]>();
    const consumer = await join(stage, {
      step: (records) => {
        for (const record of records) {
          seen.set(record.partition, [...(seen.get(record.partition) ?? []), numberOf(record)]);
        }
        return Promise.resolve(records.map(() => ({ type: 'done' })));
      },
    });
    await untilSettled(stage);
    expect(consumer.health()).toMatchObject({ connected: true, assigned: 3, stalledForMs: 0 });
    await consumer.stop();
    expect([...seen.values()].flat()).toHaveLength(3_000);
    expect([...seen.values()].every(inOrder)).toBe(true);
  });

  it('sends a poison record to the dead letters until they are acknowledged; the others flow', async () => {
    const stage = await setStage(await ground.connect(), 2);
    await fill(stage, 600);
    const attempts: (readonly RejectedRecord[])[] = [];
    const seen: number[] = [];
    const consumer = await join(stage, {
      deadLetters: (rejected) => {
        attempts.push(rejected);
        return attempts.length < 3 ? Promise.reject(new Error('not now')) : Promise.resolve();
      },
      step: (records) => {
        seen.push(...records.map(numberOf));
        return Promise.resolve(records.map((record) => outcomeOfPoison(record)));
      },
    });
    await untilSettled(stage);
    await consumer.stop();
    expect(attempts.map((rejected) => rejected.map(({ record }) => numberOf(record)))).toEqual([
      [77],
      [77],
      [77],
    ]);
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, n) => n));
  });

  it('commits nothing past a record that asks to be retried, and loses none behind it', async () => {
    const stage = await setStage(await ground.connect(), 2);
    await fill(stage, 600);
    const handedIn = new Map<number, number>();
    let mayPass = false;
    const consumer = await join(stage, {
      step: (records) => {
        for (const number of records.map(numberOf)) {
          handedIn.set(number, (handedIn.get(number) ?? 0) + 1);
        }
        return Promise.resolve(
          records.map((record) =>
            numberOf(record) === 300 && !mayPass
              ? { type: 'retry', cause: new Error('not now') }
              : { type: 'done' },
          ),
        );
      },
    });
    // Number 300 has key 0 and lies in partition 0, of which it is record 150.
    await waitFor('it was retried some times', () => (handedIn.get(300) ?? 0) > 5 || undefined);
    await waitFor('the other partition is done', async () =>
      (await committedOffsets(stage)).get(1) === 300 ? true : undefined,
    );
    expect((await committedOffsets(stage)).get(0)).toBe(150);
    expect(consumer.health().stalledForMs).toBeGreaterThan(0);
    mayPass = true;
    await untilSettled(stage);
    await consumer.stop();
    expect(handedIn.size).toBe(600);
    handedIn.delete(300);
    expect(new Set(handedIn.values())).toEqual(new Set([1]));
  });

  it('hands a batch in again whole when the step throws', async () => {
    const stage = await setStage(await ground.connect(), 1);
    await fill(stage, 50);
    const calls: number[] = [];
    const consumer = await join(stage, {
      step: (records) => {
        calls.push(records.length);
        if (calls.length < 3) throw new Error('not now');
        return Promise.resolve(records.map(() => ({ type: 'done' })));
      },
    });
    await untilSettled(stage);
    await consumer.stop();
    expect(calls.slice(0, 3)).toEqual([50, 50, 50]);
  });

  it('stays a member while a step takes longer than the session timeout', async () => {
    const stage = await setStage(await ground.connect(), 1);
    await fill(stage, 10);
    const calls: number[] = [];
    const consumer = await join(stage, {
      step: async (records, { signal }) => {
        calls.push(records.length);
        const since = Date.now();
        await waitFor(
          'the session would have ended',
          () => Date.now() - since > 8_000 || undefined,
        );
        expect(signal.aborted).toBe(false);
        return records.map(() => ({ type: 'done' }));
      },
    });
    await untilSettled(stage);
    await consumer.stop();
    expect(calls).toEqual([10]);
  });

  it('stops in time: finishes a running step, abandons one that does not end', async () => {
    const stage = await setStage(await ground.connect(), 2);
    await fill(stage, 60);
    const running = new Set<number>();
    let aborted = false;
    let finish = (): void => undefined;
    const consumer = await join(stage, {
      stopLimitMs: 1_000,
      step: (records, { signal }) => {
        running.add(records[0]?.partition ?? -1);
        return new Promise((resolve) => {
          if (records[0]?.partition === 0) {
            finish = () => {
              resolve(records.map(() => ({ type: 'done' })));
            };
          } else signal.addEventListener('abort', () => (aborted = true));
        });
      },
    });
    await waitFor('both steps run', () => running.size === 2 || undefined);
    const since = Date.now();
    const stopping = consumer.stop();
    finish();
    await stopping;
    expect(aborted).toBe(true);
    expect(Date.now() - since).toBeLessThan(8_000);
    expect(await committedOffsets(stage)).toEqual(
      new Map([
        [0, 30],
        [1, 0],
      ]),
    );
  });
}

function outcomeOfPoison(
  record: StreamRecord,
): { type: 'done' } | { type: 'rejected'; rejection: { code: string; message: string } } {
  if (numberOf(record) !== 77) return { type: 'done' };
  return { type: 'rejected', rejection: { code: 'poison', message: 'It is poison.' } };
}
