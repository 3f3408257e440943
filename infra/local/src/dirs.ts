import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where downloads and laid-out engines are kept: AUDITSTREAM_CACHE_DIR, else for root
 * /var/cache/auditstream (another user has to read it, because OpenSearch refuses root), else the
 * XDG base directory of caches.
 */
export function defaultCacheDir(env: Env, uid: number | undefined): string {
  const xdg = { base: env['XDG_CACHE_HOME'], fallback: '.cache' };
  return chooseDir(env, { own: env['AUDITSTREAM_CACHE_DIR'], root: '/var/cache', xdg, uid });
}

/**
 * Where the engines' data, logs and process ids live: AUDITSTREAM_DATA_DIR, else for root
 * /var/lib/auditstream, else the XDG base directory of state.
 */
export function defaultDataDir(env: Env, uid: number | undefined): string {
  const xdg = { base: env['XDG_STATE_HOME'], fallback: '.local/state' };
  return chooseDir(env, { own: env['AUDITSTREAM_DATA_DIR'], root: '/var/lib', xdg, uid });
}

interface Choice {
  readonly own: string | undefined;
  readonly root: string;
  readonly xdg: { readonly base: string | undefined; readonly fallback: string };
  readonly uid: number | undefined;
}

function chooseDir(env: Env, { own, root, xdg, uid }: Choice): string {
  if (isSet(own)) return resolve(own);
  if (uid === 0) return join(root, 'auditstream');
  if (isSet(xdg.base)) return join(resolve(xdg.base), 'auditstream');
  return join(isSet(env['HOME']) ? env['HOME'] : homedir(), xdg.fallback, 'auditstream');
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
