import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { giveTo } from './account.ts';
import { type EngineContext } from './spec.ts';

/**
 * Makes the folders that an engine writes to, for its eyes only, since audit events lie there.
 * Their parent stays ours, so that the engine can't put something else in their place.
 */
export async function makeEngineFolders(
  { dir, account }: EngineContext,
  names: readonly string[],
): Promise<void> {
  await mkdir(dir, { recursive: true });
  // Whatever the umask: the engine has to pass.
  await chmod(dirname(dir), 0o711);
  await chmod(dir, 0o711);
  for (const name of names) {
    const folder = join(dir, name);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o700);
    await giveTo(account, folder);
  }
}

/**
 * Writes a file that engines may read, by a rename: what lies there is replaced and never written
 * through, because the folder may belong to the account that the engine runs as. For the same reason
 * the mode is set on the open file: at its path another may lie by then, such as a link.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.chmod(0o644);
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
