/** The spool's folder as the spool sees it: the port that tests fill with failing disks. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that is written from its beginning to its end. */
export interface WritableFile {
  /** Writes all of it at `position`. */
  write(pieces: readonly Buffer[], position: number): Promise<void>;
  /** Resolves when what was written would survive a loss of power. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface SpoolFolder {
  /** Names of its files, in no order. */
  list(): Promise<readonly string[]>;
  /** Makes a new file; rejects where there is one. */
  create(name: string): Promise<WritableFile>;
  /** Undefined where there is no such file. */
  read(name: string): Promise<Buffer | undefined>;
  /** Fewer than `length` bytes where the file ends. */
  readAt(name: string, position: number, length: number): Promise<Buffer>;
  /** Atomic; replaces what had the new name. */
  rename(name: string, newName: string): Promise<void>;
  /** It is gone afterwards, also where it was before. */
  remove(name: string): Promise<void>;
  /** Resolves when the names would survive a loss of power. */
  sync(): Promise<void>;
}

/** Makes the folder where it is missing, such that it would survive a loss of power. */
export async function openSpoolFolder(path: string): Promise<SpoolFolder> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolders(path, dirname(made));
  return {
    list: () => readdir(path),
    create: async (name) => writable(await open(join(path, name), createNew, 0o600)),
    read: (name) => readFile(join(path, name)).catch(undefinedWhereMissing),
    readAt: async (name, position, length) => {
      const file = await open(join(path, name), 'r');
      try {
        return await readFully(file, position, length);
      } finally {
        await file.close();
      }
    },
    rename: (name, newName) => rename(join(path, name), join(path, newName)),
    remove: (name) => rm(join(path, name), { force: true }),
    sync: () => syncFolder(path),
  };
}

const createNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

function writable(file: FileHandle): WritableFile {
  return {
    write: (pieces, position) => writeFully(file, pieces, position),
    sync: () => file.datasync(),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  };
}

/** A system call takes only so many pieces, and may write fewer bytes than it was given. */
const maxPieces = 1_000;

async function writeFully(
  file: FileHandle,
  pieces: readonly Buffer[],
  position: number,
): Promise<void> {
  let at = position;
  for (let start = 0; start < pieces.length; start += maxPieces) {
    let rest = pieces.slice(start, start + maxPieces);
    while (rest.length > 0) {
      const { bytesWritten } = await file.writev(rest, at);
      at += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
  }
}

function behind(pieces: readonly Buffer[], written: number): Buffer[] {
  let left = written;
  return pieces.flatMap((piece) => {
    const skipped = Math.min(left, piece.length);
    left -= skipped;
    return skipped === piece.length ? [] : [piece.subarray(skipped)];
  });
}

async function readFully(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** From a folder up to one that was there before. */
async function syncFolders(path: string, existing: string): Promise<void> {
  await syncFolder(path);
  if (path !== existing && dirname(path) !== path) await syncFolders(dirname(path), existing);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function undefinedWhereMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
