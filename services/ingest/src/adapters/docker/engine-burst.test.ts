import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { accepting, type EngineBench, openBench, until } from './engine-rig.ts';

let bench: EngineBench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.clear());

const count = 30_000;
/** A real engine's queue for one reader, and how long a full one is waited for. */
const [queueLength, patienceMs] = [1_024, 100];
const start = 1_795_312_462_000_000_000n;
const attributes = `"Attributes":{"image":"web:1","name":"web","team":"${'x'.repeat(160)}"}`;
const line = (at: number): string =>
  `{"Type":"container","Action":"top","Actor":{"ID":"c1",${attributes}},"timeNano":${start + BigInt(at)}}`;

it('reads a burst whole although Kafka is slow, from an engine that drops for a slow reader', async () => {
  const engine = await bench.engine();
  const rig = await bench.read({
    accept: async (delivery) => {
      await delay(20);
      return accepting(delivery);
    },
  });
  await until(() => engine.streams.length === 1);
  const stream = engine.streams[0];
  let dropped = 0;
  let waiting = 0;
  for (let at = 0; at < count; at += 1) {
    // What stands in the stream's own buffer is the engine's queue: Node never says no.
    const deadline = Date.now() + patienceMs;
    while (waiting >= queueLength && Date.now() < deadline) await delay(1);
    if (waiting >= queueLength) {
      dropped += 1;
      continue;
    }
    waiting += 1;
    stream?.write(`${line(at)}\n`, () => (waiting -= 1));
    if (at % 256 === 255) await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => rig.lines().length >= count - dropped);
  expect(dropped).toBe(0);
  expect(rig.lines()).toEqual(Array.from({ length: count }, (_, at) => line(at)));
  expect(rig.notices).toEqual([]);
}, 60_000);
