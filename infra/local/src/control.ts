import { ENGINE_NAMES, type EngineName } from './artifacts.ts';
import { startLock, stopInOrder } from './engines.ts';
import { withFileLock } from './file-lock.ts';
import { isAlive, stopProcess } from './process.ts';
import { SPECS } from './specs.ts';
import { logPath, readState, writeState } from './state.ts';

export type EngineStatus =
  | { readonly name: EngineName; readonly state: 'stopped' }
  | {
      readonly name: EngineName;
      /** `unready`: the process runs but doesn't do its work (it starts, hangs or is suspended). */
      readonly state: 'ready' | 'unready';
      readonly pid: number;
      readonly version: string;
      readonly address: string;
      readonly logPath: string;
    };

/** What has become of the engines that were started on this data folder, by whichever process. */
export async function engineStatus(dataDir: string): Promise<EngineStatus[]> {
  const state = await readState(dataDir);
  return Promise.all(
    ENGINE_NAMES.map(async (name): Promise<EngineStatus> => {
      const engine = state[name];
      if (!engine || !(await isAlive(engine))) return { name, state: 'stopped' };
      const { pid, version, ports } = engine;
      const ready = await SPECS[name].isReady(ports);
      const where = { address: SPECS[name].address(ports), logPath: logPath(dataDir, name) };
      return { name, state: ready ? 'ready' : 'unready', pid, version, ...where };
    }),
  );
}

/**
 * Stops the engines that were started on this data folder, and no other process: one that has
 * got the pid of an engine that ended before is a stranger. Returns which were stopped.
 */
export async function stopFromState(dataDir: string): Promise<EngineName[]> {
  const stopped: EngineName[] = [];
  if (Object.keys(await readState(dataDir)).length === 0) return stopped;
  await withFileLock(startLock(dataDir), async () => {
    const state = await readState(dataDir);
    await stopInOrder(async (name) => {
      const engine = state[name];
      if (!engine || !(await isAlive(engine))) return;
      await stopProcess(engine, SPECS[name].stopGraceMs);
      stopped.push(name);
    });
    await writeState(dataDir, {});
  });
  return stopped;
}
