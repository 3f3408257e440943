/** What the commands about sources work on. */
import { readFile, writeFile } from 'node:fs/promises';
import { loadConfig } from '@auditstream/runtime/load-config';
import { CliError } from '../errors.ts';
import { foldersIn } from '../pipeline/folders.ts';
import { readState } from '../pipeline/state-file.ts';
import { cliSettings } from '../settings.ts';
import { dataDir } from './engine-options.ts';

export interface SourcesFile {
  readonly path: string;
  /** Null where there is none yet. */
  readonly text: string | null;
}

/**
 * The sources file: what AUDITSTREAM_SOURCES_FILE names, else that of the data folder, which `up` makes.
 * @throws CliError where the data folder has none
 */
export async function openSourcesFile(): Promise<SourcesFile> {
  const named = loadConfig(cliSettings, process.env).sources.file;
  const path = named ?? foldersIn(dataDir()).sourcesFile;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CliError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  if (text !== null || named !== null) return { path, text };
  throw new CliError(
    `${path} is not there: 'npx auditstream up' makes it; or set AUDITSTREAM_SOURCES_FILE to the one ` +
      'that ingest reads.',
  );
}

/** @throws CliError where the file has no sources yet */
export function requireText({ path, text }: SourcesFile): string {
  if (text !== null) return text;
  throw new CliError(`${path} is not there.`);
}

/**
 * Writes the file in its place: a container that has it mounted would go on to see another one. Ingest takes
 * a file only once it stands still.
 */
export async function saveSources({ path }: SourcesFile, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
}

/** Base address of ingest's /metrics. */
export async function ingestAdminUrl(): Promise<string> {
  const state = await readState(dataDir());
  const running = state?.services.find(({ name }) => name === 'ingest');
  const { ports } = loadConfig(cliSettings, process.env);
  return running?.adminUrl ?? `http://127.0.0.1:${ports.ingestAdmin}`;
}
