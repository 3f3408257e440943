import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isErrno, throwIfCancelled } from './errors.ts';
import { type ProcessRef, identityOf, isAlive, isProcessRef } from './process.ts';

interface LockOptions {
  /** Called once if another live process holds the lock. */
  readonly onWait?: (pid: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while no other process does under the same lock file. The lock of a process that has
 * ended is taken over. Two that take over in the same instant may both go on, so nothing may
 * be corrupted by that: what is written under it goes to a folder or file of its own first.
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  await acquire(path, options);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, { onWait, signal }: LockOptions): Promise<void> {
  const pid = process.pid;
  const own = JSON.stringify({ pid, identity: await identityOf(pid) });
  let told = false;
  while (!(await tryCreate(path, own))) {
    throwIfCancelled(signal);
    const holder = await readHolder(path);
    if (holder === 'gone') continue;
    if (holder === 'unreadable' || !(await isAlive(holder))) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) onWait?.(holder.pid);
    told = true;
    await delay(250);
  }
}

async function tryCreate(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<ProcessRef | 'gone' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
    // Between its creation and its content the file is empty for a moment.
    if (text === '') {
      await delay(100);
      text = await readFile(path, 'utf8');
    }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 'gone';
    throw error;
  }
  try {
    const holder: unknown = JSON.parse(text);
    return isProcessRef(holder) ? holder : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
