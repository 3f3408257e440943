import { expect, it } from '@jest/globals';
import { topicEnds } from '@auditstream/stream/admin';
import { StreamError } from '@auditstream/stream/errors';
import { type StreamRecord } from '@auditstream/stream/types';
import {
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

/** Everything in the topic, by partition. */
async function readAll(stage: Stage): Promise<ReadonlyMap<number, readonly StreamRecord[]>> {
  const seen = new Map<number, StreamRecord[]>();
  const consumer = await join(stage, {
    step: (records) => {
      for (const record of records) {
        seen.set(record.partition, [...(seen.get(record.partition) ?? []), record]);
      }
      return Promise.resolve(records.map(() => ({ type: 'done' })));
    },
  });
  await untilSettled(stage);
  await consumer.stop();
  return seen;
}

export function holdsForProducers(ground: Ground): void {
  it('keeps the order of concurrent sends in each partition', async () => {
    const stage = await setStage(await ground.connect(), 3);
    const producer = await produce(stage, { maxRequestBytes: 20_000 });
    const sends = Array.from({ length: 100 }, (_, index) =>
      producer.send(numbered(stage, { from: index * 37, count: 37 })),
    );
    await Promise.all(sends);
    await producer.stop();
    const seen = await readAll(stage);
    expect([...seen.values()].flat()).toHaveLength(3_700);
    expect([...seen.values()].every((records) => inOrder(records.map(numberOf)))).toBe(true);
  });

  it('places a record without a partition by its key, as the Java client does, with its headers', async () => {
    const stage = await setStage(await ground.connect(), 6);
    const producer = await produce(stage);
    const key = Buffer.from('foobar');
    const headers = { origin: Buffer.from('replay') };
    const value = Buffer.from('1');
    await sendUntilAcknowledged(producer, [{ topic: stage.topic, key, value, headers }]);
    await producer.stop();
    const [record] = [...(await readAll(stage)).values()].flat();
    // murmur2("foobar") is -790332482 in Kafka's own test; without its sign, modulo 6, that is 0.
    expect(record).toMatchObject({ partition: (-790332482 & 0x7fffffff) % 6, key, value, headers });
  });

  it('refuses a record that is too large alone, and names it', async () => {
    const stage = await setStage(await ground.connect(), 1, { 'max.message.bytes': '10000' });
    const producer = await produce(stage);
    const records = numbered(stage, { count: 9 });
    const large = { topic: stage.topic, partition: 0, key: null, value: Buffer.alloc(20_000) };
    const other = producer.send(numbered(stage, { from: 100, count: 5 }));
    const mixed = producer.send([...records.slice(0, 4), large, ...records.slice(4)]);
    await expect(mixed).rejects.toMatchObject({
      code: 'record-too-large',
      retryable: false,
      records: [large],
    });
    await other;
    await producer.send(numbered(stage, { from: 200, count: 5 }));
    await producer.stop();
    const numbers = new Set([...(await readAll(stage)).values()].flat().map(numberOf));
    expect(numbers.size).toBe(19);
  });

  it('rejects, retryably, what goes to a topic that does not exist, and creates none', async () => {
    const kafka = await ground.connect();
    const stage = await setStage(kafka, 1);
    const producer = await produce(stage);
    const nowhere = { topic: `${stage.topic}.nowhere`, key: null, value: Buffer.from('1') };
    const error: unknown = await producer.send([nowhere]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({ code: 'unknown-topic', retryable: true });
    await sendUntilAcknowledged(producer, numbered(stage, { count: 3 }));
    await producer.stop();
    expect(await topicEnds(kafka, stage.topic)).toEqual([
      { topic: stage.topic, partition: 0, offset: 3 },
    ]);
    await expect(topicEnds(kafka, nowhere.topic)).rejects.toMatchObject({ code: 'unknown-topic' });
  });

  it('takes nothing once it is stopped', async () => {
    const stage = await setStage(await ground.connect(), 1);
    const producer = await produce(stage);
    const last = sendUntilAcknowledged(producer, numbered(stage, { count: 1 }));
    await last;
    await producer.stop();
    await expect(producer.send(numbered(stage, { count: 1 }))).rejects.toMatchObject({
      code: 'stopped',
    });
  });
}
