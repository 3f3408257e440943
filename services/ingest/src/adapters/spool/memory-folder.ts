/**
 * A folder in memory for tests: its disk fails when it is told to, and a loss of power takes everything
 * that was not synced, in part or whole.
 */
import { type SpoolFolder, type WritableFile } from './spool-folder.ts';

export type DiskOperation =
  'create' | 'write' | 'sync' | 'rename' | 'remove' | 'read' | 'sync-folder';

interface File {
  content: Buffer;
  synced: Buffer;
}

export interface MemoryFolder extends SpoolFolder {
  /** Called before each operation; what it throws is how the operation fails. */
  onOperation: (operation: DiskOperation, name: string) => void;
  /** Of a failing write, how much comes to the disk all the same: 0 to 1. */
  writtenShare: number;
  /**
   * What a machine finds that lost its power: synced bytes and names, and of everything else as much as
   * `random` (0 to 1, anew for each) says.
   */
  afterPowerLoss(random: () => number): MemoryFolder;
  /** What the next process finds after a kill: everything that was written. */
  afterKill(): MemoryFolder;
  /** Bytes of all segments. */
  bytes(): number;
}

export function createMemoryFolder(files = new Map<string, File>()): MemoryFolder {
  let syncedNames = new Map(files);
  const fail = (operation: DiskOperation, name: string): void => {
    folder.onOperation(operation, name);
  };
  const folder: MemoryFolder = {
    onOperation: () => undefined,
    writtenShare: 0,
    list: () => Promise.resolve([...files.keys()]),
    async create(name) {
      await turn();
      fail('create', name);
      if (files.has(name)) throw new Error(`There is a file ${name} already.`);
      const file = { content: Buffer.alloc(0), synced: Buffer.alloc(0) };
      files.set(name, file);
      return writable(name, file, folder);
    },
    async read(name) {
      await turn();
      fail('read', name);
      return files.get(name)?.content;
    },
    async readAt(name, position, length) {
      await turn();
      fail('read', name);
      const file = files.get(name);
      if (file === undefined) throw new Error(`There is no file ${name}.`);
      return Buffer.from(file.content.subarray(position, position + length));
    },
    async rename(name, newName) {
      await turn();
      fail('rename', name);
      const file = files.get(name);
      if (file === undefined) throw new Error(`There is no file ${name}.`);
      files.delete(name);
      files.set(newName, file);
    },
    async remove(name) {
      await turn();
      fail('remove', name);
      files.delete(name);
    },
    async sync() {
      await turn();
      fail('sync-folder', '');
      syncedNames = new Map(files);
    },
    afterPowerLoss: (random) => createMemoryFolder(survivors(files, syncedNames, random)),
    afterKill: () =>
      createMemoryFolder(new Map([...files].map(([name, file]) => [name, { ...file }]))),
    bytes: () =>
      [...files].reduce(
        (sum, [name, { content }]) => sum + (name.endsWith('.segment') ? content.length : 0),
        0,
      ),
  };
  return folder;
}

function writable(name: string, file: File, folder: MemoryFolder): WritableFile {
  const put = (bytes: Buffer, position: number): void => {
    const before = file.content.subarray(0, position);
    const after = file.content.subarray(position + bytes.length);
    file.content = Buffer.concat([before, bytes, after]);
  };
  return {
    async write(pieces, position) {
      await turn();
      const bytes = Buffer.concat(pieces);
      try {
        folder.onOperation('write', name);
      } catch (error) {
        put(bytes.subarray(0, Math.floor(bytes.length * folder.writtenShare)), position);
        throw error;
      }
      put(bytes, position);
    },
    async sync() {
      await turn();
      folder.onOperation('sync', name);
      file.synced = file.content;
    },
    truncate(length) {
      file.content = file.content.subarray(0, length);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/** Each name is either the synced one or the new one; each file has its synced bytes and some of the rest. */
function survivors(
  files: ReadonlyMap<string, File>,
  syncedNames: ReadonlyMap<string, File>,
  random: () => number,
): Map<string, File> {
  const left = new Map<string, File>();
  for (const name of new Set([...files.keys(), ...syncedNames.keys()])) {
    const file = random() < 0.5 ? files.get(name) : syncedNames.get(name);
    if (file === undefined) continue;
    const content = afterLoss(file, random);
    left.set(name, { content, synced: content });
  }
  return left;
}

function afterLoss({ content, synced }: File, random: () => number): Buffer {
  const rest = Buffer.from(content.subarray(synced.length));
  const kept = rest.subarray(0, Math.floor(random() * (rest.length + 1)));
  // Blocks come to the disk in any order: some of what is there may be zeros.
  const hole = Math.floor(random() * (kept.length + 1));
  if (random() < 0.5) kept.fill(0, hole, hole + Math.floor(random() * (kept.length - hole + 1)));
  return Buffer.concat([content.subarray(0, synced.length), kept]);
}

/** Real files answer later, too: what is wrong between two operations has to show here. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
