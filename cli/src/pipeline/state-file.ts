import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '@auditstream/local/errors';
import { isProcessRef } from '@auditstream/local/process';
import { CliError } from '../errors.ts';
import { type EngineAddresses, type EngineChoice } from './addresses.ts';
import { type RunningService } from './services.ts';

/** What `up` leaves behind for `down` and `status`. */
export interface PipelineState {
  readonly engines: EngineChoice;
  /** Whether the engines were started here, now or by an earlier start that still runs. */
  readonly ownsEngines: boolean;
  readonly addresses: EngineAddresses;
  readonly services: readonly RunningService[];
}

/** Written before the services are awaited, so that an interrupted start can be taken down as well. */
export async function writeState(data: string, state: PipelineState): Promise<void> {
  const path = pathIn(data);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(state, null, 2));
  await rename(`${path}.new`, path);
}

/**
 * Undefined where nothing was started.
 * @throws CliError where the file is damaged: nothing may be signalled by its word
 */
export async function readState(data: string): Promise<PipelineState | undefined> {
  const text = await readFile(pathIn(data), 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state = parse(text);
  if (state !== undefined) return state;
  throw new CliError(
    `${pathIn(data)} does not say what runs: stop the services by hand, then remove it.`,
  );
}

function parse(text: string): PipelineState | undefined {
  try {
    const state: unknown = JSON.parse(text);
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is PipelineState {
  const { engines, addresses, ownsEngines, services } = (value ?? {}) as Partial<PipelineState>;
  const isWhole =
    typeof engines === 'string' &&
    typeof addresses === 'object' &&
    typeof ownsEngines === 'boolean';
  return isWhole && Array.isArray(services) && services.every(isService);
}

function isService(value: unknown): value is RunningService {
  return isProcessRef(((value ?? {}) as Partial<RunningService>).ref);
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
