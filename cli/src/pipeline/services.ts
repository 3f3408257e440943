import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PORT_SETTINGS } from '@auditstream/local/ports';
import { lastLines } from '@auditstream/local/running';
import { isAlive, launch, stopProcess, type ProcessRef } from '@auditstream/local/process';
import { CliError } from '../errors.ts';
import { type CliConfig } from '../settings.ts';
import { type EngineAddresses } from './addresses.ts';
import { type Folders, projectRoot } from './folders.ts';

export const serviceNames = ['rules', 'ingest', 'enrich', 'detect', 'index'] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface RunningService {
  readonly name: ServiceName;
  readonly ref: ProcessRef;
  readonly adminUrl: string;
  readonly logPath: string;
}

export interface ServiceContext {
  readonly engines: EngineAddresses;
  readonly config: CliConfig;
  readonly folders: Folders;
  /** Passed on to the services, so that their other settings can be set. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A service has this long, in milliseconds, to finish what it is at. */
const stopGraceMs = 20_000;
const readyTimeoutMs = 90_000;

/** Starts one service as a process of its own, in the background; its log is below the data folder. */
export async function startService(
  name: ServiceName,
  context: ServiceContext,
): Promise<RunningService> {
  for (const folder of [context.folders.logs, context.folders.state]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  const logPath = join(context.folders.logs, `${name}.log`);
  const ref = await launch({
    file: process.execPath,
    args: ['--enable-source-maps', join(projectRoot, 'services', name, 'dist', 'main.js')],
    env: environmentOf(context),
    cwd: projectRoot,
    logPath,
    account: undefined,
  });
  return { name, ref, adminUrl: adminUrlOf(name, context.config), logPath };
}

function adminUrlOf(name: ServiceName, config: CliConfig): string {
  return `http://127.0.0.1:${config.ports[`${name}Admin`]}`;
}

/** @throws CliError with the end of the log where the service ends, or isn't ready in time */
export async function waitUntilReady(service: RunningService, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  for (;;) {
    signal.throwIfAborted();
    // Asked first: on the port of a service that ended, another may answer.
    if (!(await isAlive(service.ref))) throw await failure(service, 'ended while it was starting');
    const state = await readiness(service.adminUrl);
    if (state.ready) return;
    if (Date.now() > deadline) throw await failure(service, `is not ready: ${state.reason}`);
    await delay(100);
  }
}

export type Readiness =
  { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** What a service's /readyz says. */
export async function readiness(adminUrl: string): Promise<Readiness> {
  try {
    const response = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    if (response.ok) return { ready: true };
    return { ready: false, reason: await response.text() };
  } catch {
    return { ready: false, reason: 'it does not answer' };
  }
}

/** Lets a service finish, and ends it when it doesn't. */
export async function stopService(service: Pick<RunningService, 'ref'>): Promise<void> {
  await stopProcess(service.ref, stopGraceMs);
}

function environmentOf({ engines, config, folders, env }: ServiceContext): Record<string, string> {
  const enginesOnly: readonly string[] = Object.values(PORT_SETTINGS);
  const inherited = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !enginesOnly.includes(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    AUDITSTREAM_KAFKA_BROKERS: engines.brokers.join(','),
    AUDITSTREAM_REGISTRY_URL: engines.registryUrl,
    AUDITSTREAM_OPENSEARCH_URL: engines.openSearchUrl,
    AUDITSTREAM_SOURCES_FILE: folders.sourcesFile,
    AUDITSTREAM_INGEST_STATE_DIR: join(folders.state, 'ingest'),
    AUDITSTREAM_RULES_PACKS_DIR: join(projectRoot, 'rules'),
    AUDITSTREAM_INGEST_PORT: String(config.ports.ingest),
    AUDITSTREAM_RULES_PORT: String(config.ports.rules),
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
  };
}

async function failure(service: RunningService, what: string): Promise<CliError> {
  const log = await readFile(service.logPath, 'utf8').catch(() => '');
  return new CliError(
    `The ${service.name} service ${what}. Its log, ${service.logPath}, ends:\n${lastLines(log, 5)}`,
  );
}
