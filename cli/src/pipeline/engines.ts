import { defaultCacheDir } from '@auditstream/local/dirs';
import { startEngines } from '@auditstream/local/engines';
import { portsFromEnv } from '@auditstream/local/ports';
import { type OnProgress } from '@auditstream/local/progress';
import { type CliConfig } from '../settings.ts';
import { type EngineAddresses, type EngineChoice } from './addresses.ts';
import { composeForget, composeRunning, composeStop, composeUp, dockerAnswers } from './docker.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface EnginesRequest {
  /** What the person asked for; undefined leaves the choice to us. */
  readonly choice: EngineChoice | undefined;
  readonly fresh: boolean;
  readonly dataDir: string;
  readonly config: CliConfig;
  readonly env: Env;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface Engines {
  readonly choice: EngineChoice;
  readonly addresses: EngineAddresses;
  /** True where all of them ran before, so that they are not ours to stop. */
  readonly adopted: boolean;
  /** Stops what was started here, and nothing that ran before. */
  stop(): Promise<void>;
}

/** Settings that name engines elsewhere; one of them set means that all engines are elsewhere. */
const addressVariables = [
  'AUDITSTREAM_KAFKA_BROKERS',
  'AUDITSTREAM_REGISTRY_URL',
  'AUDITSTREAM_OPENSEARCH_URL',
] as const;

/** External where addresses are configured, Docker where a daemon answers, else local processes. */
async function chooseEngines(env: Env): Promise<EngineChoice> {
  if (addressVariables.some((name) => (env[name] ?? '') !== '')) return 'external';
  return (await dockerAnswers()) ? 'docker' : 'local';
}

/** Brings the engines up, or takes those that are there. */
export async function bringUpEngines(request: EnginesRequest): Promise<Engines> {
  const choice = request.choice ?? (await chooseEngines(request.env));
  switch (choice) {
    case 'external':
      return {
        ...{ choice, addresses: configured(request.config), adopted: true },
        stop: () => Promise.resolve(),
      };
    case 'docker':
      return { choice, ...(await bringUpDocker(request)) };
    case 'local':
      return { choice, ...(await bringUpLocal(request)) };
  }
}

async function bringUpDocker(request: EnginesRequest): Promise<Omit<Engines, 'choice'>> {
  if (request.fresh) await composeForget();
  const adopted = await composeRunning();
  const stop = (): Promise<void> => (adopted ? Promise.resolve() : composeStop());
  try {
    await composeUp();
  } catch (error) {
    // Docker has said itself what goes wrong here; why nothing came up matters more.
    await stop().catch(() => undefined);
    throw error;
  }
  return { addresses: configured(request.config), adopted, stop };
}

async function bringUpLocal(request: EnginesRequest): Promise<Omit<Engines, 'choice'>> {
  const { env, dataDir, fresh, onProgress, signal } = request;
  const running = await startEngines({
    cacheDir: defaultCacheDir(env, process.getuid?.()),
    ports: portsFromEnv(env),
    env,
    dataDir,
    fresh,
    onProgress,
    signal,
  });
  const addresses = {
    brokers: [running.kafkaBrokers],
    registryUrl: running.registryUrl,
    openSearchUrl: running.opensearchUrl,
  };
  const adopted = Object.values(running.engines).every((engine) => engine.adopted);
  return { addresses, adopted, stop: running.stop };
}

function configured(config: CliConfig): EngineAddresses {
  return {
    brokers: config.kafka.brokers,
    registryUrl: config.registry.url,
    openSearchUrl: config.openSearch.url,
  };
}
