import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signalProcess, waitForEnd } from '@auditstream/local/process';
import { loadConfig } from '@auditstream/runtime/load-config';
import { foldersIn, type Folders } from '../../cli/src/pipeline/folders.ts';
import { connect, type Connections } from '../../cli/src/pipeline/pipeline.ts';
import {
  type RunningService,
  type ServiceContext,
  type ServiceName,
  serviceNames,
  startService,
  stopService,
  waitUntilReady,
} from '../../cli/src/pipeline/services.ts';
import { setUp } from '../../cli/src/pipeline/set-up.ts';
import { cliSettings } from '../../cli/src/settings.ts';
import { engineAddresses } from './engines.ts';
import { servicePorts } from './ports.ts';

/**
 * Our five services as processes on the stage's engines. Tests on the same engines choose clusters of
 * their own, so that they do not meet.
 */
export interface TestPipeline extends Connections {
  readonly folders: Folders;
  readonly ingestUrl: string;
  readonly services: Readonly<Record<ServiceName, TestService>>;
  stop(): Promise<void>;
}

export interface TestService {
  readonly adminUrl: string;
  readonly logPath: string;
  /** Sends a signal; for SIGKILL it resolves when the process has ended. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Lets it finish and end. */
  stop(): Promise<void>;
  /** Starts it again after it has ended, and waits until it is ready. */
  start(): Promise<void>;
}

export interface TestPipelineOptions {
  /** Writes the sources file and whatever it refers to. */
  readonly writeSources: (folders: Folders) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startTestPipeline(options: TestPipelineOptions): Promise<TestPipeline> {
  const engines = engineAddresses();
  const folders = foldersIn(await mkdtemp(join(tmpdir(), 'auditstream-services-')));
  await options.writeSources(folders);
  const env = { ...process.env, ...(await servicePorts()), ...options.env };
  const config = loadConfig(cliSettings, env);
  const context: ServiceContext = { engines, folders, config, env };
  const connections = connect(engines);
  await setUp({ ...connections, registryUrl: engines.registryUrl }, () => undefined);
  const services = Object.fromEntries(
    await Promise.all(
      serviceNames.map(async (name) => [name, await serviceHandle(name, context)] as const),
    ),
  ) as Readonly<Record<ServiceName, TestService>>;
  return {
    ...connections,
    folders,
    services,
    ingestUrl: `http://127.0.0.1:${config.ports.ingest}`,
    stop: async () => {
      await Promise.all(serviceNames.map((name) => services[name].stop()));
      await connections.openSearch.close();
      await rm(folders.data, { recursive: true, force: true });
    },
  };
}

async function serviceHandle(name: ServiceName, context: ServiceContext): Promise<TestService> {
  let running: RunningService;
  const start = async (): Promise<void> => {
    running = await startService(name, context);
    await waitUntilReady(running, new AbortController().signal);
  };
  await start();
  return {
    get adminUrl() {
      return running.adminUrl;
    },
    get logPath() {
      return running.logPath;
    },
    start,
    signal: async (signal) => {
      await signalProcess(running.ref, signal);
      if (signal === 'SIGKILL') await waitForEnd(running.ref, 10_000);
    },
    stop: () => stopService(running),
  };
}
