import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LocalEngineError, isErrno } from './errors.ts';

const GIB = 1024 ** 3;

/** What a folder has to have room for, in bytes, and the setting that moves it. */
export interface DiskNeed {
  readonly bytes: number;
  readonly setting: string;
}

/** The downloads, and three engines laid out. */
export const CACHE_NEED: DiskNeed = { bytes: 3 * GIB, setting: 'AUDITSTREAM_CACHE_DIR' };

/** Below this the engines fail one after the other when they next write. */
export const DATA_NEED: DiskNeed = { bytes: GIB, setting: 'AUDITSTREAM_DATA_DIR' };

/** Throws `disk-space` where the file system of `folder` (which need not exist yet) is too full. */
export async function assertDiskSpace(folder: string, need: DiskNeed): Promise<void> {
  const available = await availableBytes(folder);
  if (available < need.bytes) throw diskSpaceError(folder, available, need);
}

/** One sentence: where, how much there is, how much it takes, which setting moves it. */
export function diskSpaceError(
  folder: string,
  available: number,
  { bytes, setting }: DiskNeed,
): LocalEngineError {
  return new LocalEngineError(
    'disk-space',
    `${folder} has ${(available / GIB).toFixed(1)} GiB free and the engines need ` +
      `${bytes / GIB} GiB: free some space, or set ${setting} to a folder on a larger disk.`,
  );
}

async function availableBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (isErrno(error, 'ENOENT') && dirname(folder) !== folder) {
      return availableBytes(dirname(folder));
    }
    throw error;
  }
}
