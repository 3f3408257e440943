import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@auditstream/local/ports';
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

/** Our five services as processes on the stage's engines. */
export interface TestPipeline extends Connections {
  readonly folders: Folders;
  readonly ingestUrl: string;
  readonly services: Readonly<Record<ServiceName, TestService>>;
  /** Every test has clusters of its own, so that tests on the same engines do not meet. */
  readonly token: string;
  stop(): Promise<void>;
}

export interface TestService {
  readonly adminUrl: string;
  readonly logPath: string;
  /** Sends a signal; for SIGKILL it resolves when the process has ended. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Starts it again after it was killed, and waits until it is ready. */
  start(): Promise<void>;
}

export interface TestPipelineOptions {
  /** The cluster that the token is for. */
  readonly cluster: string;
  readonly origin?: 'live' | 'replay';
  /** Sources beside the webhook. */
  readonly sources?: (folders: Folders) => readonly object[];
  readonly env?: Readonly<Record<string, string>>;
}

const token = 'a token of the tests, of no use elsewhere';

export async function startTestPipeline(options: TestPipelineOptions): Promise<TestPipeline> {
  const engines = engineAddresses();
  const folders = foldersIn(await mkdtemp(join(tmpdir(), 'auditstream-services-')));
  await mkdir(folders.sample, { recursive: true });
  await writeFile(folders.sourcesFile, JSON.stringify({ sources: sourcesOf(options, folders) }));
  const env = { ...process.env, ...(await portVariables()), ...options.env };
  const config = loadConfig(cliSettings, env);
  const context: ServiceContext = { engines, folders, config, env };
  const connections = connect(engines);
  await setUp({ ...connections, registryUrl: engines.registryUrl }, () => undefined);
  const services = Object.fromEntries(
    await Promise.all(
      serviceNames.map(async (name) => [name, await serviceHandle(name, context)] as const),
    ),
  ) as Readonly<Record<ServiceName, TestService & { stop(): Promise<void> }>>;
  return {
    ...connections,
    folders,
    services,
    token,
    ingestUrl: `http://127.0.0.1:${config.ports.ingest}`,
    stop: async () => {
      await Promise.all(serviceNames.map((name) => services[name].stop()));
      await connections.openSearch.close();
      await rm(folders.data, { recursive: true, force: true });
    },
  };
}

function sourcesOf(options: TestPipelineOptions, folders: Folders): readonly object[] {
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  const { cluster, origin = 'live' } = options;
  return [
    { kind: 'kubernetes-webhook', cluster, origin, tokenSha256 },
    ...(options.sources?.(folders) ?? []),
  ];
}

async function portVariables(): Promise<Record<string, string>> {
  const names = [
    'AUDITSTREAM_INGEST_PORT',
    'AUDITSTREAM_RULES_PORT',
    ...serviceNames.map((name) => `AUDITSTREAM_${name.toUpperCase()}_ADMIN_PORT`),
  ];
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
}

async function serviceHandle(
  name: ServiceName,
  context: ServiceContext,
): Promise<TestService & { stop(): Promise<void> }> {
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
