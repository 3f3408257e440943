import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Accept, type Delivery, IngestError } from '../delivery.ts';
import { openCheckpoints } from './checkpoints.ts';
import {
  type DockerEngineOptions,
  type ReadingEngine,
  startDockerEngine,
} from './docker-engine.ts';

let folder: string;
let socket: string;
const running: ReadingEngine[] = [];
const engines: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditstream-engine-'));
  socket = join(folder, 'docker.sock');
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((reading) => reading.stop()));
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  await rm(folder, { recursive: true });
});

/**
 * Stands in for an engine: notes what it is asked for and streams what a test writes; the first `silent`
 * requests get no answer.
 */
interface Engine {
  readonly asked: string[];
  readonly streams: ServerResponse[];
  close(): Promise<void>;
}

async function startEngine(status = 200, silent = 0): Promise<Engine> {
  const [asked, streams]: [string[], ServerResponse[]] = [[], []];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    streams.push(response);
    if (asked.length <= silent) return;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.flushHeaders();
  });
  server.listen(socket);
  await once(server, 'listening');
  const engine: Engine = {
    ...{ asked, streams },
    async close() {
      server.closeAllConnections();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
  engines.push(engine);
  return engine;
}

interface Rig extends ReadingEngine {
  readonly deliveries: Delivery[];
  readonly lines: () => readonly string[];
  readonly logged: string[];
}

const accepting: Accept = ({ items }) => Promise.resolve({ accepted: items.length, rejected: 0 });

async function start(
  accept: Accept = accepting,
  options: Partial<DockerEngineOptions> = {},
): Promise<Rig> {
  const [deliveries, logged]: [Delivery[], string[]] = [[], []];
  const note = (_fields: object, message: string): void => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const reading = await startDockerEngine({
    source: { kind: 'docker-engine', cluster: 'build-host-1', origin: 'live', socket },
    accept: async (delivery) => {
      const receipt = await accept(delivery);
      deliveries.push(delivery);
      return receipt;
    },
    checkpoints: await openCheckpoints(join(folder, 'state')),
    telemetry: { log },
    backoff: { firstMs: 1, limitMs: 4 },
    ...options,
  });
  running.push(reading);
  const lines = (): readonly string[] => deliveries.flatMap(({ items }) => items.map(String));
  return { deliveries, logged, lines, stop: () => reading.stop() };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const event = (timeNano: string): string => `{"Type":"container","timeNano":${timeNano}}`;
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
    await until(() => rig.logged.length === 2);
    expect(rig.logged[1]).toContain('the engine may drop some');
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
