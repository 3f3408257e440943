import { join } from 'node:path';
import { type Account, assertReachable, engineAccount } from './account.ts';
import { ENGINE_NAMES, type EngineName, readLock } from './artifacts.ts';
import { DATA_NEED, assertDiskSpace } from './disk.ts';
import { LocalEngineError } from './errors.ts';
import { ensureHome } from './homes.ts';
import { type Jdk, findJdk } from './jdk.ts';
import { DEFAULT_PORTS, type Ports, assertPortsFree } from './ports.ts';
import { type OnProgress } from './progress.ts';
import { type Supervision } from './running.ts';
import { type EngineSpec } from './spec.ts';
import { SPECS } from './specs.ts';
import { type State, engineDir, logPath } from './state.ts';

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

/** Everything that starting an engine needs to know, settled once. */
export interface Plan {
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
 * Checks everything that can be checked before a process is started, and has the programs ready.
 * `running` are the engines that run on the data folder already.
 */
export async function makePlan(options: StartOptions, running: State): Promise<Plan> {
  const { env = process.env, cacheDir, dataDir } = options;
  const giveUp = new AbortController();
  const signal = AbortSignal.any([giveUp.signal, ...(options.signal ? [options.signal] : [])]);
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
  const settled = { ...options, signal };
  return { options: settled, names, ports, jdk, account, homes, onProgress, giveUp };
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

/** What one engine of the plan is started and restarted with. */
export function supervise(
  spec: EngineSpec,
  plan: Plan,
  onLaunch: Supervision['onLaunch'],
): Supervision {
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
