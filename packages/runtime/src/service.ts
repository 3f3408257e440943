/** The life of a service from its settings to its exit code; the process is passed in. */
import { startAdminServer } from './admin-server.ts';
import { createHealth, type Health, type HealthReport } from './health.ts';
import { createLifecycle, type Lifecycle, type OwnedLifecycle } from './lifecycle.ts';
import { ConfigError, type Environment, loadConfig, unknownVariables } from './load-config.ts';
import { createLogger, type Logger, type LogLevel } from './logger.ts';
import { type ConfigOf, type ServiceSettings } from './settings.ts';
import { createTelemetry, type MetricsExposition, type Telemetry } from './telemetry.ts';

/** Everything that a service is given to start with. */
export interface ServiceContext<Config> {
  readonly config: Config;
  readonly telemetry: Telemetry;
  readonly lifecycle: Lifecycle;
  readonly health: Health;
  /** Aborted as soon as the service is to stop, before anything is released. */
  readonly signal: AbortSignal;
}

export interface ServiceDefinition<S extends ServiceSettings> {
  /** One lower-case word, as in the service's metrics and environment variables. */
  readonly name: string;
  readonly settings: S;
  /** Acquires what the service needs and sets it going; resolves when it is, not when it ends. */
  readonly start: (context: ServiceContext<ConfigOf<S>>) => Promise<void>;
}

/** What a service needs of the process that it is. */
export interface ProcessPort {
  readonly env: Environment;
  readonly output: { write(line: string): void };
  /** Calls back for every request to stop, with the signal's name. */
  onSignal(listener: (signal: string) => void): void;
  /** Calls back for every exception or rejection that nobody handled. */
  onCrash(listener: (error: unknown) => void): void;
  exit(code: number): void;
}

export interface Limits {
  /** How long one resource may take to stop, in milliseconds. */
  readonly releaseMs: number;
  /** How long the whole stop may take, in milliseconds. */
  readonly stopMs: number;
}

/** Together below the 30 s after which Kubernetes kills. */
const DEFAULT_LIMITS: Limits = { releaseMs: 10_000, stopMs: 25_000 };

/** Why a service ends. Only a signal is a good end. */
type End =
  | { readonly type: 'signal'; readonly signal: string }
  | { readonly type: 'crash' }
  | { readonly type: 'failed-start' };

/**
 * Runs a service to its end: loads its config, serves its admin pages, starts it, waits for a
 * signal, then releases what it holds, last acquired first, and exits: 0 after a signal and a clean
 * release, else 1. A failed start and a crash release as well. A second signal exits with 1 at once,
 * and so does a stop that exceeds its limit. Resolves after `exit` was called; never rejects.
 */
export async function serve<const S extends ServiceSettings>(
  definition: ServiceDefinition<S>,
  port: ProcessPort,
  limits: Limits = DEFAULT_LIMITS,
): Promise<void> {
  const boot = createLogger({ service: definition.name, level: 'info', output: port.output });
  const config = tryLoad(definition, port.env, boot);
  if (config === undefined) {
    port.exit(1);
    return;
  }
  const run = createRun(definition.name, baseOf(config).log.level, { port, limits });
  warnOfUnknown(definition, port.env, run.log);
  const ended = watchForEnd(run);
  const started = startAll(definition, config, run);
  const end = await Promise.race([ended, started.then((failure) => failure ?? ended)]);
  await stop(run, end);
}

type BaseConfig = Pick<ConfigOf<ServiceSettings>, 'admin' | 'log'>;

/** Every service's config has these groups; TypeScript can't see it through the type parameter. */
function baseOf(config: unknown): BaseConfig {
  return config as BaseConfig;
}

function tryLoad<S extends ServiceSettings>(
  definition: ServiceDefinition<S>,
  env: Environment,
  log: Logger,
): ConfigOf<S> | undefined {
  try {
    return loadConfig(definition.settings, env);
  } catch (error) {
    const fields = error instanceof ConfigError ? { problems: error.problems } : { error };
    log.error(fields, `The service does not start: ${reasonOf(error)}`);
    return undefined;
  }
}

function warnOfUnknown<S extends ServiceSettings>(
  { name, settings }: ServiceDefinition<S>,
  env: Environment,
  log: Logger,
): void {
  for (const variable of unknownVariables(settings, env)) {
    log.warn({ variable }, `${variable} is no setting of ${name} and has no effect.`);
  }
}

interface Run {
  readonly port: ProcessPort;
  readonly limits: Limits;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  readonly metrics: MetricsExposition;
  readonly health: Health & HealthReport;
  readonly lifecycle: OwnedLifecycle;
  readonly stopping: AbortController;
  phase: 'starting' | 'running' | 'stopping';
  crashed: boolean;
}

function createRun(
  name: string,
  level: LogLevel,
  { port, limits }: { readonly port: ProcessPort; readonly limits: Limits },
): Run {
  const log = createLogger({ service: name, level, output: port.output });
  const { telemetry, page: metrics } = createTelemetry(name, log);
  const lifecycle = createLifecycle({
    stopLimitMs: limits.releaseMs,
    onError: (error) => {
      log.error({ error }, 'A part of the service did not stop cleanly.');
    },
  });
  return {
    ...{ port, limits, log, telemetry, metrics, lifecycle, health: createHealth() },
    ...{ stopping: new AbortController(), phase: 'starting', crashed: false },
  };
}

function watchForEnd(run: Run): Promise<End> {
  let signals = 0;
  return new Promise((resolve) => {
    run.port.onSignal((signal) => {
      signals += 1;
      if (signals === 1) {
        resolve({ type: 'signal', signal });
        return;
      }
      run.log.warn({ signal, held: run.lifecycle.held() }, 'A second signal: exiting at once.');
      run.port.exit(1);
    });
    run.port.onCrash((error) => {
      run.crashed = true;
      run.log.error({ error }, `Nobody handled an error: ${reasonOf(error)}`);
      resolve({ type: 'crash' });
    });
  });
}

/** Resolves with an end where the start fails, else with undefined. */
async function startAll<S extends ServiceSettings>(
  definition: ServiceDefinition<S>,
  config: ConfigOf<S>,
  run: Run,
): Promise<End | undefined> {
  const { telemetry, lifecycle, health, metrics, stopping } = run;
  health.register('service', () =>
    run.phase === 'running' ? { ok: true } : { ok: false, reason: run.phase },
  );
  try {
    const { admin } = baseOf(config);
    const server = await lifecycle.acquire(
      'admin server',
      () => startAdminServer({ ...admin, health, metrics }),
      (running) => running.stop(),
    );
    await definition.start({ config, telemetry, lifecycle, health, signal: stopping.signal });
    if (stopping.signal.aborted) return undefined;
    run.phase = 'running';
    run.log.info({ adminHost: server.host, adminPort: server.port }, 'Started.');
    return undefined;
  } catch (error) {
    if (stopping.signal.aborted) {
      run.log.debug({ error }, 'The start was broken off by the stop.');
    } else {
      run.log.error({ error }, `The service could not start: ${reasonOf(error)}`);
    }
    return { type: 'failed-start' };
  }
}

async function stop(run: Run, end: End): Promise<void> {
  run.phase = 'stopping';
  run.stopping.abort();
  run.log.info({ end }, 'Stopping.');
  const watchdog = setTimeout(() => {
    const fields = { limitMs: run.limits.stopMs, held: run.lifecycle.held() };
    run.log.error(fields, 'The service did not stop in time and exits with things unreleased.');
    run.port.exit(1);
  }, run.limits.stopMs);
  watchdog.unref();
  const clean = await run.lifecycle.release().then(
    () => true,
    () => false,
  );
  clearTimeout(watchdog);
  const code = clean && end.type === 'signal' && !run.crashed ? 0 : 1;
  run.log.info({ code }, 'Stopped.');
  run.port.exit(code);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
