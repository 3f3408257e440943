import { isPortFree } from '@auditstream/local/ports';
import { isAlive } from '@auditstream/local/process';
import { CliError } from '../errors.ts';
import { type CliConfig, cliSettings } from '../settings.ts';
import { type EngineAddresses } from './addresses.ts';
import { type RunningService, type ServiceName, serviceNames } from './services.ts';
import { readState } from './state-file.ts';

/** Which services run on a data folder already, and which are to be started. */
export interface Stock {
  readonly alive: readonly RunningService[];
  readonly missing: readonly ServiceName[];
  /** Whether an earlier start, whose state is still there, started the engines. */
  readonly ownsEngines: boolean;
  /** The engines that the living services use; undefined where none lives. */
  readonly addresses: EngineAddresses | undefined;
}

export async function takeStock(dataDir: string): Promise<Stock> {
  const state = await readState(dataDir);
  const alive: RunningService[] = [];
  for (const service of state?.services ?? []) {
    if (await isAlive(service.ref)) alive.push(service);
  }
  const missing = serviceNames.filter((name) => !alive.some((service) => service.name === name));
  const ownsEngines = state?.ownsEngines ?? false;
  const addresses = alive.length > 0 ? state?.addresses : undefined;
  return { alive, missing, ownsEngines, addresses };
}

/** @throws CliError where a service lives: what it reads and keeps can't be emptied under it */
export function assertNoneLives({ alive }: Stock, dataDir: string): void {
  if (alive.length === 0) return;
  throw new CliError(
    `${dataDir} can't be emptied while ${alive.map(({ name }) => name).join(', ')} use it: run ` +
      "'npx auditstream down' first.",
  );
}

/** @throws CliError where the living services use other engines than those asked for */
export function assertSameEngines({ addresses }: Stock, asked: EngineAddresses): void {
  if (addresses === undefined || JSON.stringify(addresses) === JSON.stringify(asked)) return;
  throw new CliError(
    `Services run on this data folder with other engines (OpenSearch at ${addresses.openSearchUrl}): ` +
      "run 'npx auditstream down' first.",
  );
}

/**
 * A service that can't have its port ends, and another that has it would be taken for it.
 * @throws CliError naming the first port in use and the setting that moves it
 */
export async function assertServicePortsFree({ missing }: Stock, config: CliConfig): Promise<void> {
  for (const { key, use } of missing.flatMap(portsOf)) {
    const port = config.ports[key];
    if (await isPortFree(port)) continue;
    throw new CliError(
      `Port ${port} on 127.0.0.1, meant for ${use}, is in use: stop what listens there, or set ` +
        `${cliSettings.ports[key].env} to a free port.`,
    );
  }
}

interface ServicePort {
  readonly key: keyof CliConfig['ports'];
  readonly use: string;
}

function portsOf(name: ServiceName): readonly ServicePort[] {
  const admin = { key: `${name}Admin`, use: `health and metrics of ${name}` } as const;
  switch (name) {
    case 'ingest':
      return [{ key: 'ingest', use: 'the audit webhook' }, admin];
    case 'rules':
      return [{ key: 'rules', use: 'the rules API' }, admin];
    case 'enrich':
    case 'detect':
    case 'index':
      return [admin];
  }
}
