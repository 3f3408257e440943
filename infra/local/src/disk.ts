import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LocalEngineError, isErrno } from './errors.ts';

const GIB = 1024 ** 3;

/** Downloads, three laid-out engines and room for their first data. */
export const NEEDED_BYTES = 3 * GIB;

/** Throws `disk-space` where the file system of `folder` (which need not exist yet) is too full. */
export async function assertDiskSpace(folder: string, setting: string): Promise<void> {
  const available = await availableBytes(folder);
  if (available < NEEDED_BYTES) throw diskSpaceError(folder, available, setting);
}

/** One sentence: where, how much there is, how much it takes, which setting moves it. */
export function diskSpaceError(
  folder: string,
  available: number,
  setting: string,
): LocalEngineError {
  return new LocalEngineError(
    'disk-space',
    `${folder} has ${(available / GIB).toFixed(1)} GiB free and the engines need ` +
      `${NEEDED_BYTES / GIB} GiB: free some space, or set ${setting} to a folder on a larger disk.`,
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
