import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE_NEED, assertDiskSpace, diskSpaceError } from './disk.ts';

describe('disk space', () => {
  it('is asked of the nearest folder that exists', async () => {
    const folder = join(tmpdir(), 'not', 'there', 'yet');
    await assertDiskSpace(folder, { bytes: 1, setting: 'S' });
    await expect(
      assertDiskSpace(folder, { bytes: Number.MAX_SAFE_INTEGER, setting: 'S' }),
    ).rejects.toMatchObject({ code: 'disk-space' });
  });

  it('that is lacking is told in one sentence with the remedy', () => {
    expect(diskSpaceError('/var/cache/a', 1.5 * 1024 ** 3, CACHE_NEED).message).toBe(
      '/var/cache/a has 1.5 GiB free and the engines need 3 GiB: free some space, or set ' +
        'AUDITSTREAM_CACHE_DIR to a folder on a larger disk.',
    );
  });
});
