import { describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountIn, assertReachable, engineAccount, mayPass } from './account.ts';

const ACCOUNT = { name: 'nobody', uid: 65534, gid: 65533 };

describe('accountIn', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\nmac:*:-2:-2:::\n';
  it.each([
    ['nobody', ACCOUNT],
    ['mac', { name: 'mac', uid: 4294967294, gid: 4294967294 }],
    ['nobod', undefined],
  ])('finds %s', (name, account) => {
    expect(accountIn(passwd, name)).toEqual(account);
  });
});

describe('engineAccount', () => {
  it('is ourselves, unless we are root', async () => {
    expect(await engineAccount({}, 1000)).toBeUndefined();
    expect(await engineAccount({}, undefined)).toBeUndefined();
  });

  it.each(['no-such-user', 'root'])('refuses %s for root', async (name) => {
    await expect(engineAccount({ AUDITSTREAM_ENGINE_USER: name }, 0)).rejects.toMatchObject({
      code: 'user-missing',
      message: expect.stringContaining('AUDITSTREAM_ENGINE_USER'),
    });
  });
});

describe('mayPass', () => {
  it.each([
    [{ uid: 0, gid: 0, mode: 0o40755 }, true],
    [{ uid: 0, gid: 0, mode: 0o40711 }, true],
    [{ uid: 0, gid: 0, mode: 0o40700 }, false],
    [{ uid: 65534, gid: 0, mode: 0o40700 }, true],
    [{ uid: 65534, gid: 0, mode: 0o40077 }, false],
    [{ uid: 0, gid: 65533, mode: 0o40710 }, true],
    [{ uid: 0, gid: 65533, mode: 0o40701 }, false],
  ])('%j: %s', (access, passes) => {
    expect(mayPass(access, ACCOUNT)).toBe(passes);
  });
});

describe('assertReachable', () => {
  it('names the folder in the way', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'auditstream-account-'));
    const path = join(closed, 'data');
    await mkdir(path, { mode: 0o755 });
    await assertReachable(path, undefined);
    await expect(assertReachable(path, ACCOUNT)).rejects.toMatchObject({
      code: 'folder-not-reachable',
      message: expect.stringContaining(`chmod o+x ${closed}`),
    });
    await rm(closed, { recursive: true });
  });
});
