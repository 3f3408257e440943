import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '@auditstream/local/errors';
import { type EngineAddresses, type EngineChoice } from './addresses.ts';
import { type RunningService } from './services.ts';

/** What `up` leaves behind for `down` and `status`. */
export interface PipelineState {
  readonly engines: EngineChoice;
  readonly addresses: EngineAddresses;
  readonly services: readonly RunningService[];
}

/** Written before the services are awaited, so that an interrupted start can be taken down as well. */
export async function writeState(data: string, state: PipelineState): Promise<void> {
  const path = pathIn(data);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(state, null, 2));
  await rename(`${path}.new`, path);
}

/** Undefined where nothing was started. */
export async function readState(data: string): Promise<PipelineState | undefined> {
  try {
    return JSON.parse(await readFile(pathIn(data), 'utf8')) as PipelineState;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Forgets services that have been stopped; the file goes with the last one. */
export async function forgetServices(
  data: string,
  stopped: readonly RunningService[],
): Promise<void> {
  const state = await readState(data);
  if (state === undefined) return;
  const names = new Set(stopped.map(({ name }) => name));
  const services = state.services.filter(({ name }) => !names.has(name));
  if (services.length > 0) await writeState(data, { ...state, services });
  else await rm(pathIn(data), { force: true });
}

function pathIn(data: string): string {
  return join(data, 'services', 'pipeline.json');
}
