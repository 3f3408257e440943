import { chmod, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENGINE_NAMES, type EngineName } from './artifacts.ts';
import { LocalEngineError, isErrno } from './errors.ts';
import { type Ports } from './ports.ts';
import { type ProcessRef, isProcessRef } from './process.ts';

/** What is remembered of a started engine, so that another process can find and stop it. */
export interface EngineState extends ProcessRef {
  readonly version: string;
  readonly ports: Ports;
}
export type State = Partial<Readonly<Record<EngineName, EngineState>>>;

const MARKER = '.auditstream';
const MARKER_TEXT = 'This folder belongs to Auditstream: its local engines keep their data here.\n';

/** The folders below a data folder; everything of the engines is in these and the state file. */
export function engineDir(dataDir: string, engine: EngineName): string {
  return join(dataDir, 'engines', engine);
}
export function logPath(dataDir: string, engine: EngineName): string {
  return join(dataDir, 'logs', `${engine}.log`);
}

/**
 * Makes `dataDir` ours: creates it, or takes it over where it is empty. Throws `folder-not-ours`
 * for a folder with something in it that Auditstream didn't put there, and for one of another user:
 * marker, links and process ids in it would be that user's word. Call it before anything else is
 * written below the folder.
 */
export async function claimDataDir(
  dataDir: string,
  ownUid: number | undefined = process.getuid?.(),
): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const { uid } = await stat(dataDir);
  if (ownUid !== undefined && uid !== ownUid) throw notOwned(dataDir, uid);
  const entries = (await readdir(dataDir)).filter((name) => name !== 'lost+found');
  if (entries.includes(MARKER)) return;
  if (entries.length > 0) throw notOurs(dataDir);
  // Others may pass, not look: for root, another user runs the engines below.
  await chmod(dataDir, 0o711);
  await writeFile(join(dataDir, MARKER), MARKER_TEXT);
}

/** Throws `folder-not-ours` unless the folder is absent or carries our marker. */
async function assertOurs(dataDir: string): Promise<void> {
  const entries = await readdir(dataDir).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  if (entries.length > 0 && !entries.includes(MARKER)) throw notOurs(dataDir);
}

function notOurs(dataDir: string): LocalEngineError {
  return new LocalEngineError(
    'folder-not-ours',
    `${dataDir} holds files that Auditstream didn't put there, so it is left alone: choose an ` +
      `empty folder with AUDITSTREAM_DATA_DIR.`,
  );
}

function notOwned(dataDir: string, uid: number): LocalEngineError {
  return new LocalEngineError(
    'folder-not-ours',
    `${dataDir} belongs to another user (uid ${uid}), who could put anything there: choose a folder ` +
      `of your own with AUDITSTREAM_DATA_DIR.`,
  );
}

/** Removes the data and logs of the engines, and nothing else. They have to be stopped. */
export async function emptyEngineData(dataDir: string): Promise<void> {
  await assertOurs(dataDir);
  for (const engine of ENGINE_NAMES) {
    await rm(engineDir(dataDir, engine), { recursive: true, force: true });
    await rm(logPath(dataDir, engine), { force: true });
    await rm(`${logPath(dataDir, engine)}.previous`, { force: true });
  }
}

/** The engines that were started on this folder; a folder without state has none. Throws `state-unreadable`. */
export async function readState(dataDir: string): Promise<State> {
  const path = statePath(dataDir);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return '{}';
    throw error;
  });
  const state = parseState(text);
  if (state !== undefined) return state;
  throw new LocalEngineError(
    'state-unreadable',
    `${path} doesn't say which engines run: stop those that do by hand, then remove it.`,
  );
}

function parseState(text: string): State | undefined {
  try {
    const state: unknown = JSON.parse(text);
    if (typeof state !== 'object' || state === null) return undefined;
    return Object.values(state).every(isEngineState) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isEngineState(value: unknown): value is EngineState {
  if (!isProcessRef(value)) return false;
  const { version, ports } = value as Partial<EngineState>;
  return typeof version === 'string' && typeof ports === 'object';
}

/** A way to note started engines that keeps simultaneous notes from losing each other. */
export function stateRecorder(
  dataDir: string,
): (name: EngineName, engine: EngineState) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (name, engine) => {
    const noted = last.then(async () =>
      writeState(dataDir, { ...(await readState(dataDir)), [name]: engine }),
    );
    last = noted.catch(() => undefined);
    return noted;
  };
}

/** Replaces the state, at once or not at all; one call at a time. */
export async function writeState(dataDir: string, state: State): Promise<void> {
  const draft = `${statePath(dataDir)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(state, undefined, 2)}\n`);
  await rename(draft, statePath(dataDir));
}

function statePath(dataDir: string): string {
  return join(dataDir, 'engines.json');
}
