import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalEngineError, throwIfCancelled } from './errors.ts';
import {
  type ProcessRef,
  isAlive,
  launch,
  signalProcess,
  stopProcess,
  waitForEnd,
} from './process.ts';
import { type EngineContext, type EngineSpec } from './spec.ts';

const POLL_MS = 200;
const LOG_LINES = 15;

/** An engine that runs, to be watched, hurt and healed. */
export interface RunningEngine {
  readonly name: EngineSpec['name'];
  /** Where clients reach it: `host:port` for Kafka, a URL for the others. */
  readonly address: string;
  readonly logPath: string;
  /** True where it was running already, so that it isn't ours to stop. */
  readonly adopted: boolean;
  /** The process at present; another one after `restart`. */
  readonly pid: number;
  readonly isAlive: () => Promise<boolean>;
  /** SIGTERM, then SIGKILL after a while; resolves when the process has ended. */
  readonly stop: () => Promise<void>;
  /** Sends a signal; for SIGKILL it resolves when the process has ended. */
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Stops what still runs, starts anew on the same data and ports, resolves when it is ready. */
  readonly restart: () => Promise<void>;
}

export interface Supervision {
  readonly spec: EngineSpec;
  readonly context: EngineContext;
  readonly logPath: string;
  readonly startTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each process that is started, before it is ready, so that it isn't lost. */
  readonly onLaunch: (ref: ProcessRef) => Promise<void>;
}

/** Starts the engine and resolves once it does its work. Throws `engine-died`, `engine-not-ready`, `cancelled`. */
export async function startEngine(supervision: Supervision): Promise<RunningEngine> {
  return handle(supervision, await startProcess(supervision), false);
}

/** Takes an engine as it runs, once it does its work. */
export async function adoptEngine(
  supervision: Supervision,
  ref: ProcessRef,
): Promise<RunningEngine> {
  await waitUntilReady(supervision, ref);
  return handle(supervision, ref, true);
}

function handle(supervision: Supervision, started: ProcessRef, adopted: boolean): RunningEngine {
  const { spec, context, logPath } = supervision;
  let current = started;
  const stop = (): Promise<void> => stopProcess(current, spec.stopGraceMs);
  return {
    name: spec.name,
    address: spec.address(context.ports),
    logPath,
    adopted,
    get pid() {
      return current.pid;
    },
    isAlive: () => isAlive(current),
    stop,
    kill: async (signal) => {
      const sent = await signalProcess(current, signal);
      if (sent && signal === 'SIGKILL') await waitForEnd(current, spec.stopGraceMs);
    },
    restart: async () => {
      await stop();
      current = await startProcess({ ...supervision, signal: undefined });
    },
  };
}

async function startProcess(supervision: Supervision): Promise<ProcessRef> {
  const { spec, context, logPath, onLaunch, signal } = supervision;
  throwIfCancelled(signal);
  await mkdir(dirname(logPath), { recursive: true, mode: 0o700 });
  await spec.prepare(context);
  const { args, env } = spec.command(context);
  const { java, dir, account } = context;
  // Without it Java reads and writes file names in ASCII.
  const fullEnv = { LC_ALL: 'C.UTF-8', ...env };
  const ref = await launch({ file: java, args, env: fullEnv, cwd: dir, logPath, account });
  try {
    await onLaunch(ref);
    await waitUntilReady(supervision, ref);
  } catch (error) {
    await stopProcess(ref, spec.stopGraceMs);
    throw error;
  }
  return ref;
}

async function waitUntilReady(supervision: Supervision, ref: ProcessRef): Promise<void> {
  const { spec, context, startTimeoutMs, logPath, signal } = supervision;
  const deadline = Date.now() + startTimeoutMs;
  while (!(await spec.isReady(context.ports))) {
    throwIfCancelled(signal);
    if (!(await isAlive(ref))) {
      const what = `${spec.title} ended before it was ready`;
      throw new LocalEngineError('engine-died', await withLog(what, logPath));
    }
    if (Date.now() >= deadline) {
      const what = `${spec.title} runs but wasn't ready after ${Math.round(startTimeoutMs / 1000)} s`;
      throw new LocalEngineError('engine-not-ready', await withLog(what, logPath));
    }
    await delay(POLL_MS);
  }
}

async function withLog(what: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return `${what}; the end of its log ${path} says why:\n${lastLines(text, LOG_LINES)}`;
}

/** The last lines of a text that aren't empty. */
export function lastLines(text: string, count: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}
