import { rm } from 'node:fs/promises';
import { claimDataDir } from '@auditstream/local/state';
import { createLifecycle, type Lifecycle } from '@auditstream/runtime/lifecycle';
import { connectKafka, type KafkaConnection } from '@auditstream/stream/connection';
import { connectOpenSearch, type OpenSearch } from '../adapters/opensearch.ts';
import { quietTelemetry } from '../adapters/telemetry.ts';
import { readManifest } from '../sample/manifest.ts';
import { ensureSources, sampleLog } from '../sample/sources.ts';
import { type EngineAddresses } from './addresses.ts';
import { type Engines, type EnginesRequest, bringUpEngines } from './engines.ts';
import { type Folders, foldersIn } from './folders.ts';
import {
  type RunningService,
  serviceNames,
  startService,
  stopService,
  waitUntilReady,
} from './services.ts';
import { setUp } from './set-up.ts';
import { forgetServices, writeState } from './state-file.ts';
import {
  type Stock,
  assertNoneLives,
  assertSameEngines,
  assertServicePortsFree,
  takeStock,
} from './stock.ts';

export interface PipelineRequest extends EnginesRequest {
  /** Told each step in words, for people who wait. */
  readonly say: (step: string) => void;
}

/** A pipeline that runs: engines, and our services as processes of their own. */
export interface Pipeline extends Connections {
  readonly engines: Engines;
  readonly folders: Folders;
  /** All five, those that ran before among them. */
  readonly services: readonly RunningService[];
  readonly ingestUrl: string;
  /** Stops the services, then the engines, that were started here. */
  stop(): Promise<void>;
}

export interface Connections {
  readonly kafka: KafkaConnection;
  readonly openSearch: OpenSearch;
}

/** Engines need up to a minute to end by themselves. */
const stopLimitMs = 120_000;

/** Brings everything up, in order; what was started is stopped again where something fails. */
export async function startPipeline(request: PipelineRequest): Promise<Pipeline> {
  const lifecycle = createLifecycle({
    stopLimitMs,
    onError: (error) => {
      request.say(error.message);
    },
  });
  try {
    return { ...(await start(request, lifecycle)), stop: () => lifecycle.release() };
  } catch (error) {
    await lifecycle.release();
    throw error;
  }
}

async function start(
  request: PipelineRequest,
  lifecycle: Lifecycle,
): Promise<Omit<Pipeline, 'stop'>> {
  const folders = foldersIn(request.dataDir);
  await claimDataDir(request.dataDir);
  const stock = await takeStock(request.dataDir);
  if (request.fresh) assertNoneLives(stock, request.dataDir);
  await assertServicePortsFree(stock, request.config);
  const engines = await lifecycle.acquire(
    'engines',
    () => bringUpEngines(request),
    (running) => running.stop(),
  );
  assertSameEngines(stock, engines.addresses);
  if (request.fresh) await forget(folders);
  const connections = connect(engines.addresses);
  await lifecycle.acquire(
    'OpenSearch client',
    () => Promise.resolve(connections.openSearch),
    (client) => client.close(),
  );
  await setUp({ ...connections, registryUrl: engines.addresses.registryUrl }, request.say);
  await ensureSources(folders, await readManifest());
  const started = await lifecycle.acquire(
    'services',
    () => startServices(request, engines, stock),
    (running) => stopServices(running, request.dataDir),
  );
  const services = [...stock.alive, ...started];
  const ingestUrl = `http://127.0.0.1:${request.config.ports.ingest}`;
  return { ...connections, engines, folders, services, ingestUrl };
}

export function connect(addresses: EngineAddresses): Connections {
  const { brokers } = addresses;
  return {
    openSearch: connectOpenSearch(addresses.openSearchUrl),
    kafka: connectKafka({ brokers, clientId: 'auditstream-cli', telemetry: quietTelemetry }),
  };
}

/** Starts the services that don't run yet, waits until all are ready, and gives those it started. */
async function startServices(
  request: PipelineRequest,
  engines: Engines,
  stock: Stock,
): Promise<readonly RunningService[]> {
  const { choice, addresses, adopted } = engines;
  const { dataDir, config, env, signal } = request;
  const context = { engines: addresses, folders: foldersIn(dataDir), config, env };
  const started = await Promise.all(stock.missing.map((name) => startService(name, context)));
  const services = [...stock.alive, ...started];
  const ownsEngines = !adopted || stock.ownsEngines;
  await writeState(dataDir, { engines: choice, ownsEngines, addresses, services });
  try {
    await Promise.all(services.map((service) => waitUntilReady(service, signal)));
  } catch (error) {
    await stopServices(started, dataDir);
    throw error;
  }
  const before = stock.alive.length === 0 ? '' : ` (${stock.alive.length} ran already)`;
  request.say(`${services.length} services are ready: ${serviceNames.join(', ')}${before}`);
  return started;
}

/** Stops the services at once; each finishes what it is at. */
export async function stopServices(
  services: readonly RunningService[],
  dataDir: string,
): Promise<void> {
  await Promise.all(services.map(stopService));
  await forgetServices(dataDir, services);
}

/** Forgets what the services remember of data that is about to be emptied. */
async function forget(folders: Folders): Promise<void> {
  await rm(folders.state, { recursive: true, force: true });
  await rm(sampleLog(folders), { force: true });
}
