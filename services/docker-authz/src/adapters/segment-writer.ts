/** Writes the newest segment. */
import { open, unlink } from 'node:fs/promises';
import { segmentPath, syncFolder } from './segment-files.ts';

export interface SegmentWriter {
  readonly number: number;
  /** Bytes that are synced. */
  readonly size: number;
  /**
   * Resolves when the bytes are synced. After a failure nobody knows what the file ends with, and a reader
   * may have seen it: nothing more must be written to it.
   */
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

export interface NewSegment {
  readonly folder: string;
  readonly number: number;
  readonly mode: number;
}

export async function createSegment({ folder, number, mode }: NewSegment): Promise<SegmentWriter> {
  const path = segmentPath(folder, number);
  const handle = await open(path, 'ax', mode);
  let size = 0;
  try {
    // The mask of the process must not take the reader's permission.
    await handle.chmod(mode);
    await syncFolder(folder);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    number,
    get size() {
      return size;
    },
    async write(bytes) {
      await handle.appendFile(bytes);
      await handle.datasync();
      size += bytes.length;
    },
    async close() {
      await handle.close();
      // A disk that is full must not fill with empty files.
      if (size === 0) await unlink(path);
    },
  };
}
