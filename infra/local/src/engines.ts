import { join } from 'node:path';
import { ENGINE_NAMES, type EngineName } from './artifacts.ts';
import { LocalEngineError } from './errors.ts';
import { withFileLock } from './file-lock.ts';
import { type Plan, type StartOptions, makePlan, supervise } from './plan.ts';
import { isAlive } from './process.ts';
import { type OnProgress } from './progress.ts';
import { type RunningEngine, type Supervision, adoptEngine, startEngine } from './running.ts';
import { SPECS } from './specs.ts';
import {
  type EngineState,
  type State,
  claimDataDir,
  emptyEngineData,
  readState,
  stateRecorder,
} from './state.ts';

export interface RunningEngines {
  readonly kafkaBrokers: string;
  readonly registryUrl: string;
  readonly opensearchUrl: string;
  readonly engines: Readonly<Partial<Record<EngineName, RunningEngine>>>;
  /** Stops what this call started; engines that ran before are left running. */
  readonly stop: () => Promise<void>;
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
  if (options.fresh === true) assertNoneUses(options.dataDir, running);
  const plan = await makePlan(options, running);
  if (options.fresh === true) await emptyEngineData(options.dataDir);
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

function assertNoneUses(dataDir: string, running: State): void {
  const names = Object.keys(running);
  if (names.length === 0) return;
  throw new LocalEngineError(
    'already-running',
    `The data in ${dataDir} can't be emptied while ${names.join(' and ')} use it: run ` +
      `"auditstream down" first.`,
  );
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
