/**
 * A lock on a folder that ends with the process that holds it, however it ends: a listening socket. Unlike
 * a process id in a file, it also tells between containers that share a volume on one machine.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

export interface FolderLock {
  release(): Promise<void>;
}

const lockName = /^lock\.(\d{1,15})$/;

/**
 * Takes the lock of a folder that exists; null where a living process has it. Sockets of processes that
 * have ended can't be told from free names without a race, so each holder binds a number of its own:
 * whoever comes second to a number fails, and of two holders the lower number stays.
 */
export async function lockFolder(folder: string): Promise<FolderLock | null> {
  const handle = await open(folder, constants.O_RDONLY);
  const addressOf = (number: number): string => socketAddress(folder, handle, `lock.${number}`);
  const release = async (server: Server): Promise<void> => {
    await new Promise((resolve) => server.close(resolve));
    await handle.close();
  };
  const isHeldBelow = async (limit: number): Promise<boolean> => {
    const lower = (await numbersIn(folder)).filter((number) => number < limit);
    return (await Promise.all(lower.map((number) => isAlive(addressOf(number))))).includes(true);
  };

  const number = Math.max(0, ...(await numbersIn(folder))) + 1;
  const server = (await isHeldBelow(number)) ? null : await listen(addressOf(number));
  if (server === null) {
    await handle.close();
    return null;
  }
  if (await isHeldBelow(number)) {
    await release(server);
    return null;
  }
  for (const ended of await numbersIn(folder)) {
    if (ended < number) await rm(join(folder, `lock.${ended}`), { force: true });
  }
  return { release: () => release(server) };
}

async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => lockName.exec(name)?.[1] ?? []).map(Number);
}

/** A socket's address is cut after 100 bytes or so, without an error; Linux has a short way to any folder. */
function socketAddress(folder: string, handle: FileHandle, name: string): string {
  const address = join(folder, name);
  return Buffer.byteLength(address) <= 100 ? address : `/proc/self/fd/${handle.fd}/${name}`;
}

/** @returns null where the address is taken */
function listen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Refused or gone: its process has ended. Anything else is no sign of that.
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}
