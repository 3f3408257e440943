import { join } from 'node:path';
import { type Account, assertReachable, engineAccount } from './account.ts';
import { ENGINE_NAMES, type EngineName, readLock } from './artifacts.ts';
import { DATA_NEED, assertDiskSpace } from './disk.ts';
import { LocalEngineError } from './errors.ts';
import { withFileLock } from './file-lock.ts';
import { ensureHome } from './homes.ts';
import { type Jdk, findJdk } from './jdk.ts';
import { DEFAULT_PORTS, type Ports, assertPortsFree } from './ports.ts';
import { isAlive } from './process.ts';
import { type OnProgress } from './progress.ts';
import { type RunningEngine, type Supervision, adoptEngine, startEngine } from './running.ts';
import { type EngineSpec } from './spec.ts';
import { SPECS } from './specs.ts';
import {
  type EngineState,
  type State,
  claimDataDir,
  emptyEngineData,
  engineDir,
  logPath,
  readState,
  stateRecorder,
} from './state.ts';

export interface StartOptions {
  /** Downloads and laid-out programs; may be shared by any number of data folders. */
  readonly cacheDir: string;
  /** Data, logs and process ids of these engines; empty, absent, or ours from before. */
  readonly dataDir: string;
  readonly ports?: Partial<Ports>;
  /** All three unless given; the registry needs a Kafka on `ports.kafka`. */
  readonly engines?: readonly EngineName[];
  /** Heap of each engine in Java's spelling, such as `512m`. */
  readonly heap?: Partial<Record<EngineName, string>>;
  /** Empty the engines' data first. */
  readonly fresh?: boolean;
  /** How long an engine may take until it is ready, in milliseconds; 180 s unless given. */
  readonly startTimeoutMs?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: OnProgress;
  /** Giving up: what was started is stopped again, and `cancelled` is thrown. */
  readonly signal?: AbortSignal;
}

export interface RunningEngines {
  readonly kafkaBrokers: string;
  readonly registryUrl: string;
  readonly opensearchUrl: string;
  readonly engines: Readonly<Partial<Record<EngineName, RunningEngine>>>;
  /** Stops what this call started; engines that ran before are left running. */
  readonly stop: () => Promise<void>;
}

/** Everything that starting an engine needs to know, settled once. */
interface Plan {
  readonly options: StartOptions;
  readonly names: readonly EngineName[];
  readonly ports: Ports;
  readonly jdk: Jdk;
  readonly account: Account | undefined;
  readonly homes: Readonly<Partial<Record<EngineName, string>>>;
  readonly onProgress: OnProgress;
  /** Ends the starts that are under way; `options.signal` follows it. */
  readonly giveUp: AbortController;
}

/**
 * Brings up the engines as local processes on 127.0.0.1 and resolves once all of them do their
 * work. Engines that already run on this data folder are taken as they are. If one fails, what
 * was started is stopped again. Throws LocalEngineError.
 */
export async function startEngines(options: StartOptions): Promise<RunningEngines> {
  await claimDataDir(options.dataDir);
  const work = (): Promise<RunningEngines> => startLocked(options);
  return withFileLock(startLock(options.dataDir), work, { signal: options.signal });
}

/** Held while engines of this data folder are started or stopped. */
export function startLock(dataDir: string): string {
  return join(dataDir, 'start.lock');
}

async function startLocked(options: StartOptions): Promise<RunningEngines> {
  const running = await aliveEngines(options.dataDir);
  if (options.fresh === true) await makeFresh(options.dataDir, running);
  const giveUp = new AbortController();
  const signal = AbortSignal.any([giveUp.signal, ...(options.signal ? [options.signal] : [])]);
  const plan = { ...(await makePlan({ ...options, signal }, running)), giveUp };
  const started: Partial<Record<EngineName, RunningEngine>> = {};
  const stop = (): Promise<void> => stopStarted(started, plan.onProgress);
  try {
    await startInOrder(plan, running, started);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kafkaBrokers: SPECS.kafka.address(plan.ports),
    registryUrl: SPECS.registry.address(plan.ports),
    opensearchUrl: SPECS.opensearch.address(plan.ports),
    engines: started,
    stop,
  };
}

/** Fills `started`. The first failure ends the other starts, and all have settled when it is thrown. */
async function startInOrder(
  plan: Plan,
  running: State,
  started: Partial<Record<EngineName, RunningEngine>>,
): Promise<void> {
  const record = stateRecorder(plan.options.dataDir);
  const failures: unknown[] = [];
  const start = async (name: EngineName): Promise<void> => {
    if (!plan.names.includes(name)) return;
    const { ports } = plan;
    const supervision = supervise(SPECS[name], plan, (ref) =>
      record(name, { ...ref, version: SPECS[name].version, ports }),
    );
    started[name] = await startOne(supervision, running[name], plan.onProgress);
  };
  const note = (error: unknown): void => {
    failures.push(error);
    plan.giveUp.abort(error);
  };
  const kafkaThenRegistry = start('kafka').then(() => start('registry'));
  await Promise.all([kafkaThenRegistry.catch(note), start('opensearch').catch(note)]);
  if (failures.length > 0) throw failures[0];
}

async function aliveEngines(dataDir: string): Promise<State> {
  const alive: Partial<Record<EngineName, EngineState>> = {};
  const state = await readState(dataDir);
  for (const name of ENGINE_NAMES) {
    const engine = state[name];
    if (engine && (await isAlive(engine))) alive[name] = engine;
  }
  return alive;
}

async function makeFresh(dataDir: string, running: State): Promise<void> {
  const names = Object.keys(running);
  if (names.length === 0) {
    await emptyEngineData(dataDir);
    return;
  }
  throw new LocalEngineError(
    'already-running',
    `The data in ${dataDir} can't be emptied while ${names.join(' and ')} use it: run ` +
      `"auditstream down" first.`,
  );
}

async function makePlan(options: StartOptions, running: State): Promise<Omit<Plan, 'giveUp'>> {
  const { env = process.env, cacheDir, dataDir, signal } = options;
  const names = options.engines ?? ENGINE_NAMES;
  const ports = { ...DEFAULT_PORTS, ...options.ports };
  const onProgress = options.onProgress ?? ((): void => undefined);
  assertSame(names, ports, running);
  const fresh = names.filter((name) => running[name] === undefined);
  await assertPortsFree(
    ports,
    fresh.flatMap((name) => SPECS[name].ports),
  );
  await assertDiskSpace(dataDir, DATA_NEED);
  const account = await engineAccount(env, process.getuid?.());
  const jdk = await findJdk({ env });
  const homes: Partial<Record<EngineName, string>> = {};
  const lock = readLock();
  for (const name of names) {
    const homeOptions = { cacheDir, javaHome: jdk.home, env, onProgress, signal };
    homes[name] = await ensureHome(SPECS[name], lock[name], homeOptions);
  }
  for (const folder of [jdk.home, dataDir, ...Object.values(homes)]) {
    await assertReachable(folder, account);
  }
  return { options, names, ports, jdk, account, homes, onProgress };
}

/** An engine that runs can be taken over only as what is asked for. */
function assertSame(names: readonly EngineName[], ports: Ports, running: State): void {
  for (const name of names) {
    const engine = running[name];
    const spec = SPECS[name];
    if (!engine) continue;
    const same = spec.ports.every((port) => engine.ports[port] === ports[port]);
    if (same && engine.version === spec.version) continue;
    throw new LocalEngineError(
      'already-running',
      `${spec.title} ${engine.version} already runs on this data folder as process ${engine.pid}, ` +
        `on other ports or in another version than asked for: run "auditstream down" first.`,
    );
  }
}

async function startOne(
  supervision: Supervision,
  running: EngineState | undefined,
  onProgress: OnProgress,
): Promise<RunningEngine> {
  const engine = supervision.spec.name;
  onProgress({ engine, phase: 'start', done: 0, total: 1 });
  const handle = await (running ? adoptEngine(supervision, running) : startEngine(supervision));
  onProgress({ engine, phase: 'start', done: 1, total: 1 });
  return handle;
}

function supervise(spec: EngineSpec, plan: Plan, onLaunch: Supervision['onLaunch']): Supervision {
  const { options, homes, jdk, ports, account } = plan;
  const context = {
    home: homes[spec.name] ?? '',
    dir: engineDir(options.dataDir, spec.name),
    java: join(jdk.home, 'bin', 'java'),
    ports,
    heap: options.heap?.[spec.name] ?? spec.heap,
    account,
  };
  const { startTimeoutMs = 180_000, dataDir, signal } = options;
  return { spec, context, logPath: logPath(dataDir, spec.name), startTimeoutMs, signal, onLaunch };
}

async function stopStarted(
  started: Partial<Record<EngineName, RunningEngine>>,
  onProgress: OnProgress,
): Promise<void> {
  const stop = async (name: EngineName): Promise<void> => {
    const engine = started[name];
    if (engine === undefined || engine.adopted) return;
    onProgress({ engine: name, phase: 'stop', done: 0, total: 1 });
    await engine.stop();
    onProgress({ engine: name, phase: 'stop', done: 1, total: 1 });
  };
  await stopInOrder(stop);
}

/** The registry writes to Kafka until it ends, so Kafka goes last. */
export async function stopInOrder(stop: (name: EngineName) => Promise<void>): Promise<void> {
  const registryThenKafka = stop('registry').then(() => stop('kafka'));
  await Promise.all([registryThenKafka, stop('opensearch')]);
}
