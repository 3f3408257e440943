/** The key of the ids of dead letters: one for each state folder, made once. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { letterKeyBytes } from '../../domain/letter-id.ts';

/** The file is there, but is no key of ours: to go on with another would double letters in silence. */
export class LetterKeyError extends Error {
  override readonly name = 'LetterKeyError';
  readonly code = 'bad-letter-key';
  readonly retryable = false;
}

/**
 * Reads the key, or makes one that nobody but the service's account can read.
 * @throws LetterKeyError; rejects where the folder can't be used
 */
export async function openLetterKey(folder: string): Promise<Buffer> {
  const path = join(folder, 'dead-letter.key');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = (await readIfThere(path)) ?? (await make(path));
  if (key.length === letterKeyBytes) return key;
  const message = `${path} is not a key of ${letterKeyBytes} bytes: remove it, and a new one is made; what is sent again may then have a second dead letter.`;
  throw new LetterKeyError(message);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: the file has its name only once its bytes are on the disk. */
async function make(path: string): Promise<Buffer> {
  const temporary = `${path}.new`;
  const key = randomBytes(letterKeyBytes);
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(key);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(temporary, path);
  await rm(temporary);
  return key;
}
