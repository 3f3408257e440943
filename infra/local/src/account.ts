import { lchown, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LocalEngineError } from './errors.ts';

/** A user of this machine under whom engines run. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The part of a file's status that decides who may pass. */
export interface Access {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

export const ENGINE_USER_SETTING = 'AUDITSTREAM_ENGINE_USER';

/**
 * Who runs the engines: ourselves (undefined), or, because OpenSearch refuses root, for root an
 * unprivileged user: AUDITSTREAM_ENGINE_USER, else `nobody`. Throws `user-missing`.
 */
export async function engineAccount(
  env: Readonly<Record<string, string | undefined>>,
  uid: number | undefined,
): Promise<Account | undefined> {
  if (uid !== 0) return undefined;
  const name = env[ENGINE_USER_SETTING] ?? 'nobody';
  const account = accountIn(await readFile('/etc/passwd', 'utf8').catch(() => ''), name);
  if (account && account.uid !== 0) return account;
  throw new LocalEngineError(
    'user-missing',
    `OpenSearch refuses to run as root, and there is no unprivileged user "${name}" in ` +
      `/etc/passwd: set ${ENGINE_USER_SETTING} to one, or start as another user.`,
  );
}

/** Finds a user in the text of passwd(5). */
export function accountIn(passwd: string, name: string): Account | undefined {
  const line = passwd.split('\n').find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) return undefined;
  // Some systems write the ids of `nobody` as -2.
  return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}

/** Throws `folder-not-reachable`, naming the folder, where the account can't pass on the way to `path`. */
export async function assertReachable(path: string, account: Account | undefined): Promise<void> {
  if (!account) return;
  for (let folder = await realpath(path); ; folder = dirname(folder)) {
    if (!mayPass(await stat(folder), account)) throw notReachable(folder, path, account);
    if (folder === dirname(folder)) return;
  }
}

/** True where the account may enter this folder, by its owner, group or other bit (path_resolution(7)). */
export function mayPass(access: Access, account: Account): boolean {
  if (access.uid === account.uid) return (access.mode & 0o100) !== 0;
  if (access.gid === account.gid) return (access.mode & 0o010) !== 0;
  return (access.mode & 0o001) !== 0;
}

function notReachable(folder: string, path: string, account: Account): LocalEngineError {
  const way = folder === path ? '' : ` on the way to ${path}`;
  return new LocalEngineError(
    'folder-not-reachable',
    `As root, engines run as user "${account.name}", who can't enter ${folder}${way}: ` +
      `chmod o+x ${folder}, or choose other folders with AUDITSTREAM_CACHE_DIR and AUDITSTREAM_DATA_DIR.`,
  );
}

/** Gives a folder and all in it to the account, unless the folder already belongs to it. */
export async function giveTo(account: Account | undefined, folder: string): Promise<void> {
  if (!account || (await stat(folder)).uid === account.uid) return;
  for (const entry of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, entry), account.uid, account.gid);
  }
  await lchown(folder, account.uid, account.gid);
}
