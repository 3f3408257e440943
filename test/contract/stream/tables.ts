import { expect, it } from '@jest/globals';
import { type Table } from '@auditstream/stream/table';
import { type StreamRecord } from '@auditstream/stream/types';
import { waitFor } from '../../support/wait-for.ts';
import {
  type Ground,
  numbered,
  numberOf,
  produce,
  sendUntilAcknowledged,
  setStage,
  type Stage,
  tabulate,
} from './stage.ts';

/** So eager that a test need not wait long for the cleaner. */
const compacted = {
  'cleanup.policy': 'compact',
  'segment.ms': '100',
  'min.cleanable.dirty.ratio': '0.01',
};

interface Open {
  readonly table: Table;
  readonly seen: StreamRecord[];
}

async function open(stage: Stage): Promise<Open> {
  const seen: StreamRecord[] = [];
  return { seen, table: await tabulate(stage, { onRecord: (record) => void seen.push(record) }) };
}

export function holdsForTables(ground: Ground): void {
  it('has caught up with an empty topic, and then with each record that was acknowledged', async () => {
    const stage = await setStage(await ground.connect(), 2, { 'cleanup.policy': 'compact' });
    const { table, seen } = await open(stage);
    await table.catchUp();
    expect(seen).toEqual([]);
    const producer = await produce(stage);
    for (let number = 0; number < 20; number += 1) {
      await sendUntilAcknowledged(producer, numbered(stage, { from: number, count: 1 }));
      await table.catchUp();
      expect(seen.map(numberOf)).toContain(number);
    }
    await Promise.all(Array.from({ length: 50 }, () => table.catchUp()));
    expect(seen).toHaveLength(20);
    await producer.stop();
    await table.stop();
  });

  it('catches up with a topic of which compaction has left little', async () => {
    const stage = await setStage(await ground.connect(), 1, compacted);
    const producer = await produce(stage);
    let number = 0;
    const sendSome = async (): Promise<void> => {
      await sendUntilAcknowledged(producer, numbered(stage, { from: number, count: 50, keys: 5 }));
      number += 50;
    };
    const reread = await waitFor('compaction has removed records', async () => {
      await sendSome();
      const { table, seen } = await open(stage);
      await table.catchUp();
      await table.stop();
      return seen.length < number ? { seen, number } : undefined;
    });
    const last = new Map(reread.seen.map((record) => [record.key?.toString(), numberOf(record)]));
    const ends = [5, 4, 3, 2, 1].map((back) => reread.number - back);
    expect([...last.values()].toSorted((a, b) => a - b)).toEqual(ends);
    await producer.stop();
  });

  it('hands in nothing twice', async () => {
    const stage = await setStage(await ground.connect(), 3, { 'cleanup.policy': 'compact' });
    const producer = await produce(stage);
    await sendUntilAcknowledged(producer, numbered(stage, { count: 300 }));
    const { table, seen } = await open(stage);
    await table.catchUp();
    await sendUntilAcknowledged(producer, numbered(stage, { from: 300, count: 300 }));
    await table.catchUp();
    expect(seen.map(numberOf).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 600 }, (_, n) => n),
    );
    await producer.stop();
    await table.stop();
  });
}
