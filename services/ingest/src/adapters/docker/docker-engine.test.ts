import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Accept, IngestError } from '../../delivery.ts';
import { type DockerEngineOptions } from './docker-engine.ts';
import {
  accepting,
  type EngineBench,
  type EngineRig,
  event,
  openBench,
  until,
} from './engine-rig.ts';
import { type FakeEngine } from './fake-engine.ts';

let bench: EngineBench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.clear());

const startEngine = (status = 200, silent = 0): Promise<FakeEngine> =>
  bench.engine({ status, silent });

const start = (
  accept: Accept = accepting,
  options: Partial<DockerEngineOptions> = {},
): Promise<EngineRig> => bench.read({ ...options, accept });

const [first, second] = [event('1795312462763214451'), event('1795312463000000009')];

describe("an engine's events", () => {
  it('are asked for again where the engine hangs', async () => {
    const engine = await startEngine(200, 1);
    const rig = await start(accepting, { answerLimitMs: 20 });
    await until(() => engine.streams.length === 2);
    engine.streams[1]?.write(`${first}\n`);
    await until(() => rig.lines().length === 1);
    expect(rig.logged[0]).toContain('not connected');
  });

  it('are read line by line from all that the engine holds', async () => {
    const engine = await startEngine();
    const rig = await start();
    await until(() => engine.streams.length === 1);
    expect(engine.asked).toEqual(['/events?since=0']);
    engine.streams[0]?.write(`${first}\n${second.slice(0, 20)}`);
    await until(() => rig.lines().length === 1);
    engine.streams[0]?.write(`${second.slice(20)}\r\n`);
    await until(() => rig.lines().length === 2);
    expect(rig.lines()).toEqual([first, second]);
    expect(rig.deliveries[0]).toMatchObject({
      ...{ source: 'docker', cluster: 'build-host-1', origin: 'live', way: 'engine' },
    });
  });

  it('are asked for again from one second before the last one when the connection breaks', async () => {
    const engine = await startEngine();
    const rig = await start();
    await until(() => engine.streams.length === 1);
    engine.streams[0]?.write(`${first}\nnot an event\n`);
    await until(() => rig.lines().length === 2);
    engine.streams[0]?.destroy();
    await until(() => engine.streams.length === 2);
    expect(engine.asked[1]).toBe('/events?since=1795312461.763214451');
    engine.streams[1]?.write(`${second}\n`);
    await until(() => rig.lines().length === 3);
    engine.streams[1]?.end();
    await until(() => engine.streams.length === 3);
    expect(engine.asked[2]).toBe('/events?since=1795312462.000000009');
  });

  it('are gone on with after a restart from the last one that was accepted', async () => {
    const engine = await startEngine();
    let isAway = false;
    let refused = 0;
    const rig = await start((delivery) => {
      if (!isAway) return accepting(delivery);
      refused += 1;
      return Promise.reject(new IngestError('unavailable', 'Kafka is away.', null));
    });
    await until(() => engine.streams.length === 1);
    engine.streams[0]?.write(`${first}\n`);
    await until(() => rig.lines().length === 1);
    isAway = true;
    engine.streams[0]?.write(`${second}\n`);
    await until(() => refused === 1);
    await rig.stop();
    await start();
    await until(() => engine.streams.length === 2);
    expect(engine.asked[1]).toBe('/events?since=1795312461.763214451');
  });

  it('are read while Kafka is away, until the buffer is full', async () => {
    const engine = await startEngine();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const rig = await start((delivery) => released.then(() => accepting(delivery)), {
      maxQueueBytes: 5_000,
    });
    await until(() => engine.streams.length === 1);
    const lines = Array.from({ length: 60 }, (_, i) => event(`17953124630000000${10 + i}`));
    for (const line of lines) engine.streams[0]?.write(`${line}\n`);
    await until(() => rig.logged.some((message) => message.includes('the engine may drop some')));
    release();
    await until(() => rig.lines().length === 60);
    expect(rig.lines()).toEqual(lines);
  });
});

describe('an engine that is away', () => {
  it('is tried again; that is told once', async () => {
    const rig = await start();
    await until(() => rig.logged.length === 1);
    const engine = await startEngine();
    await until(() => engine.streams.length === 1);
    expect(rig.logged[0]).toBe('A Docker Engine is not connected; it is tried again.');
  });

  it('is tried again when it refuses', async () => {
    const engine = await startEngine(500);
    await start();
    await until(() => engine.asked.length === 3);
  });

  it('does not keep the reader from stopping', async () => {
    const engine = await startEngine();
    const rig = await start();
    await until(() => engine.streams.length === 1);
    await rig.stop();
    expect(rig.deliveries).toEqual([]);
  });
});
