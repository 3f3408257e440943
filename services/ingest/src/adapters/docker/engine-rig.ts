/** For tests: reads a fake engine and notes what comes of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Accept, type Delivery } from '../../delivery.ts';
import { type Notice } from '../../domain/notice.ts';
import { type EngineAddress } from '../../domain/sources.ts';
import { openCheckpoints } from '../checkpoints.ts';
import {
  type DockerEngineOptions,
  type ReadingEngine,
  startDockerEngine,
} from './docker-engine.ts';
import { type FakeEngine, type FakeEngineOptions, startFakeEngine } from './fake-engine.ts';

export interface EngineRig extends ReadingEngine {
  readonly deliveries: Delivery[];
  readonly lines: () => readonly string[];
  readonly logged: string[];
  readonly notices: Notice[];
  /** Results of inspects, in order. */
  readonly counted: unknown[];
}

export interface EngineBench {
  readonly folder: string;
  readonly socket: string;
  engine(options?: FakeEngineOptions): Promise<FakeEngine>;
  read(
    options?: Partial<DockerEngineOptions> & { readonly address?: EngineAddress },
  ): Promise<EngineRig>;
  /** Ends all that was started. */
  clear(): Promise<void>;
}

export const accepting: Accept = ({ items }) =>
  Promise.resolve({ accepted: items.length, rejected: 0 });

export async function openBench(): Promise<EngineBench> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-engine-'));
  const socket = join(folder, 'docker.sock');
  const running: ReadingEngine[] = [];
  const engines: FakeEngine[] = [];
  return {
    ...{ folder, socket },
    async engine(options = {}) {
      const engine = await startFakeEngine({ socket, ...options });
      engines.push(engine);
      return engine;
    },
    async read(options = {}) {
      const rig = await startRig(folder, { type: 'unix', path: socket }, options);
      running.push(rig);
      return rig;
    },
    async clear() {
      await Promise.all(running.splice(0).map((reading) => reading.stop()));
      await Promise.all(engines.splice(0).map((engine) => engine.close()));
      await rm(folder, { recursive: true });
    },
  };
}

async function startRig(
  folder: string,
  socket: EngineAddress,
  { address = socket, ...options }: Partial<DockerEngineOptions> & { address?: EngineAddress },
): Promise<EngineRig> {
  const deliveries: Delivery[] = [];
  const logged: string[] = [];
  const notices: Notice[] = [];
  const counted: unknown[] = [];
  const note = (_fields: object, message: string): void => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const { accept = accepting } = options;
  const reading = await startDockerEngine({
    source: { kind: 'docker-engine', cluster: 'build-host-1', origin: 'live', address },
    notify: (notice) => {
      notices.push(notice);
      return Promise.resolve();
    },
    checkpoints: await openCheckpoints(join(folder, 'state')),
    telemetry: { log, count: (_name, labels) => void counted.push(Object.values(labels)[0]) },
    now: () => 1_795_400_000_000,
    backoff: { firstMs: 1, limitMs: 4 },
    ...options,
    accept: async (delivery) => {
      const receipt = await accept(delivery);
      deliveries.push(delivery);
      return receipt;
    },
  });
  const lines = (): readonly string[] => deliveries.flatMap(({ items }) => items.map(String));
  return { deliveries, logged, notices, counted, lines, stop: () => reading.stop() };
}

/** Waits for a condition, for as long as a test may take. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** An event of a container, as bare as ingest reads it here. */
export const event = (timeNano: string | bigint): string =>
  `{"Type":"container","timeNano":${timeNano}}`;
