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
import { removeState, writeState } from './state-file.ts';

export interface PipelineRequest extends EnginesRequest {
  /** Told each step in words, for people who wait. */
  readonly say: (step: string) => void;
}

/** A pipeline that runs: engines, and our services as processes of their own. */
export interface Pipeline extends Connections {
  readonly engines: Engines;
  readonly folders: Folders;
  readonly services: readonly RunningService[];
  readonly ingestUrl: string;
  /** Stops the services, then the engines that were started here. */
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
  if (request.fresh) await forget(folders);
  const engines = await lifecycle.acquire(
    'engines',
    () => bringUpEngines(request),
    (running) => running.stop(),
  );
  const connections = connect(engines.addresses);
  await lifecycle.acquire(
    'OpenSearch client',
    () => Promise.resolve(connections.openSearch),
    (client) => client.close(),
  );
  await setUp({ ...connections, registryUrl: engines.addresses.registryUrl }, request.say);
  await ensureSources(folders, await readManifest());
  const services = await lifecycle.acquire(
    'services',
    () => startServices(request, engines, folders),
    (running) => stopServices(running, request.dataDir),
  );
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

async function startServices(
  request: PipelineRequest,
  engines: Engines,
  folders: Folders,
): Promise<readonly RunningService[]> {
  const context = { engines: engines.addresses, folders, config: request.config, env: request.env };
  const services = await Promise.all(serviceNames.map((name) => startService(name, context)));
  const { choice, addresses } = engines;
  await writeState(request.dataDir, { engines: choice, addresses, services });
  try {
    await Promise.all(services.map((service) => waitUntilReady(service, request.signal)));
  } catch (error) {
    await stopServices(services, request.dataDir);
    throw error;
  }
  request.say(`${services.length} services are ready: ${serviceNames.join(', ')}`);
  return services;
}

/** Stops the services at once; each finishes what it is at. */
export async function stopServices(
  services: readonly RunningService[],
  dataDir: string,
): Promise<void> {
  await Promise.all(services.map(stopService));
  await removeState(dataDir);
}

/** Forgets what the services remember of data that is about to be emptied. */
async function forget(folders: Folders): Promise<void> {
  await rm(folders.state, { recursive: true, force: true });
  await rm(sampleLog(folders), { force: true });
}
