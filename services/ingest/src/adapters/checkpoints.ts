/** Where sources remember how far they have come: one small JSON file each, replaced atomically. */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

export interface Checkpoints {
  /** What was written last under this name; undefined where there is nothing, or nothing readable. */
  read(name: string): Promise<unknown>;
  /** Resolves when it would survive a loss of power. One write at a time for each name. */
  write(name: string, value: object): Promise<void>;
}

/** Rejects where the folder can't be made or used. */
export async function openCheckpoints(folder: string): Promise<Checkpoints> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (name: string): string => join(folder, `${hashOf(name)}.json`);
  return {
    async read(name) {
      const text = await readFile(pathOf(name), 'utf8').catch(undefinedWhereMissing);
      return text === undefined ? undefined : parse(text);
    },
    async write(name, value) {
      const path = pathOf(name);
      const temporary = `${path}.new`;
      await writeDurably(temporary, JSON.stringify({ name, ...value }));
      await rename(temporary, path);
      await syncFolder(folder);
    },
  };
}

/** Names hold paths: their hash is a file name on every system. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

function undefinedWhereMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}

/** A file that somebody has spoilt counts as none: reading again from the beginning does no harm. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
