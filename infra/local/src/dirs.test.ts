import { describe, expect, it } from '@jest/globals';
import { defaultCacheDir, defaultDataDir } from './dirs.ts';

describe('the default folders', () => {
  it.each([
    [{ HOME: '/home/a' }, 1000, '/home/a/.cache/auditstream', '/home/a/.local/state/auditstream'],
    [{ HOME: '/root' }, 0, '/var/cache/auditstream', '/var/lib/auditstream'],
    [
      { HOME: '/home/a', XDG_CACHE_HOME: '/x/c', XDG_STATE_HOME: '/x/s' },
      1000,
      '/x/c/auditstream',
      '/x/s/auditstream',
    ],
    [{ AUDITSTREAM_CACHE_DIR: '/c', AUDITSTREAM_DATA_DIR: '/d' }, 0, '/c', '/d'],
    [
      { AUDITSTREAM_CACHE_DIR: '', XDG_CACHE_HOME: '', HOME: '/h' },
      1000,
      '/h/.cache/auditstream',
      '/h/.local/state/auditstream',
    ],
  ])('for %j and user %d are %s and %s', (env, uid, cache, data) => {
    expect(defaultCacheDir(env, uid)).toBe(cache);
    expect(defaultDataDir(env, uid)).toBe(data);
  });
});
