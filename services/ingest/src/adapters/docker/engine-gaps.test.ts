import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IngestError } from '../../delivery.ts';
import { type Notice } from '../../domain/notice.ts';
import { accepting, type EngineBench, event, openBench, until } from './engine-rig.ts';
import { type FakeEngine } from './fake-engine.ts';

let bench: EngineBench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.clear());

const start = 1_795_312_460_000_000_000n;
const at = (second: number): bigint => start + BigInt(second) * 1_000_000_000n;
const micros = (second: number): number => Number(at(second) / 1_000n);
/** What the rig's clock says, microseconds. */
const nowMicros = 1_795_400_000_000_000;

function say(engine: FakeEngine, stream: number, seconds: readonly number[]): void {
  engine.streams[stream]?.write(seconds.map((second) => `${event(at(second))}\n`).join(''));
}

/** An engine and a reader that has read and accepted the event of second 0, and is away again. */
async function afterOneEvent(): Promise<FakeEngine> {
  const engine = await bench.engine();
  const rig = await bench.read();
  await until(() => engine.streams.length === 1);
  say(engine, 0, [0]);
  await until(() => rig.lines().length === 1);
  await rig.stop();
  return engine;
}

describe('a gap', () => {
  it('is not told of at the very first start', async () => {
    const engine = await bench.engine();
    const rig = await bench.read({ replayLimitMs: 1 });
    await until(() => engine.streams.length === 1);
    say(
      engine,
      0,
      Array.from({ length: 256 }, (_, i) => i),
    );
    await until(() => rig.lines().length === 256);
    expect(rig.notices).toEqual([]);
  });

  it('is none where the last event comes again', async () => {
    const engine = await afterOneEvent();
    const rig = await bench.read({ replayLimitMs: 20 });
    await until(() => engine.streams.length === 2);
    say(engine, 1, [-1, 0, 1, 2]);
    await until(() => rig.lines().length === 4);
    await new Promise((resolve) => setTimeout(resolve, 60));
    engine.streams[1]?.end();
    await until(() => engine.streams.length === 3);
    expect(rig.notices).toEqual([]);
  });

  it('reaches from the last event to the first of the replay where the engine holds less', async () => {
    const engine = await afterOneEvent();
    const rig = await bench.read({ replayLimitMs: 20 });
    await until(() => engine.streams.length === 2);
    say(engine, 1, [31, 30, 32]);
    await until(() => rig.notices.length === 1);
    expect(rig.notices[0]).toMatchObject({
      ...{ action: 'source-gap', cluster: 'build-host-1', from: micros(0), to: micros(30) },
      subject: { type: 'docker-engine', name: bench.socket },
      details: { cause: 'replay-cut' },
    });
  });

  it('reaches to now where an engine was started anew and says nothing, and goes on from there', async () => {
    const engine = await afterOneEvent();
    const rig = await bench.read({ replayLimitMs: 1 });
    await until(() => rig.notices.length === 1);
    expect(rig.notices[0]).toMatchObject({ from: micros(0), to: nowMicros });
    await rig.stop();
    const later = await bench.read({ replayLimitMs: 1, now: () => 1_795_500_000_000 });
    await until(() => later.notices.length === 1);
    expect(later.notices[0]).toMatchObject({ from: nowMicros, to: 1_795_500_000_000_000 });
    say(engine, engine.streams.length - 1, [200_000]);
    await until(() => later.lines().length === 1);
    await later.stop();
    const joined = await bench.read({ replayLimitMs: 1_000 });
    await until(() => engine.streams.length === 4);
    say(engine, 3, [200_000]);
    await until(() => joined.lines().length === 1);
    expect(joined.notices).toEqual([]);
  });

  it('is told of once where the connection breaks before anything came', async () => {
    const engine = await afterOneEvent();
    const rig = await bench.read({ replayLimitMs: 60_000 });
    await until(() => engine.streams.length === 2);
    engine.streams[1]?.destroy();
    await until(() => engine.streams.length === 3);
    say(engine, 2, [5]);
    await until(() => rig.lines().length === 1);
    engine.streams[2]?.destroy();
    await until(() => rig.notices.length === 1);
    expect(rig.notices[0]).toMatchObject({ from: micros(0), to: micros(5) });
  });

  it('is told of again by the next start where its notice did not become durable', async () => {
    const engine = await afterOneEvent();
    const untold: Notice[] = [];
    const rig = await bench.read({
      replayLimitMs: 1,
      notify: (notice) => {
        untold.push(notice);
        return new Promise(() => undefined);
      },
    });
    await until(() => engine.streams.length === 2);
    say(engine, 1, [30]);
    await until(() => untold.length === 1 && rig.lines().length === 1);
    await rig.stop();
    const later = await bench.read({ replayLimitMs: 1 });
    await until(() => engine.streams.length === 3);
    say(engine, 2, [30]);
    await until(() => later.notices.length === 1);
    expect(later.notices[0]).toMatchObject({ from: micros(0) });
  });

  it('is told of where reading had to stop, and ends when it goes on', async () => {
    const engine = await bench.engine();
    let isAway = true;
    let refused = 0;
    const rig = await bench.read({
      maxQueueBytes: 1_000,
      backoff: { firstMs: 1, limitMs: 1 },
      accept: (delivery) => {
        if (!isAway) return accepting(delivery);
        refused += 1;
        return Promise.reject(new IngestError('unavailable', 'Kafka is away.', null));
      },
    });
    await until(() => engine.streams.length === 1);
    say(engine, 0, [0]);
    await until(() => refused > 0);
    const seconds = Array.from({ length: 19 }, (_, i) => i + 1);
    say(engine, 0, seconds);
    await until(() => rig.logged.some((message) => message.includes('the engine may drop some')));
    expect(rig.notices).toEqual([]);
    isAway = false;
    await until(() => rig.notices.length === 1);
    expect(rig.notices[0]).toMatchObject({
      ...{ from: micros(19), to: nowMicros, details: { cause: 'slow-reading' } },
    });
    await until(() => rig.lines().length === 20);
  });
});
