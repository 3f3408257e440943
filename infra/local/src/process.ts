import { execFile, spawn } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Account } from './account.ts';
import { LocalEngineError, isErrno } from './errors.ts';

/**
 * One process and no other: a pid alone may come to mean a stranger once the process has ended, a
 * pid with its start time does not.
 */
export interface ProcessRef {
  readonly pid: number;
  /** Opaque; equal only for the same process on the same boot of the machine. */
  readonly identity: string;
}

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logPath: string;
  /** Run as this account; as ourselves where undefined. */
  readonly account: Account | undefined;
}

const POLL_MS = 50;

/** Whether what stands in a file can be one: kill(2) takes 0 and less for whole groups of processes. */
export function isProcessRef(value: unknown): value is ProcessRef {
  const { pid, identity } = (value ?? {}) as Partial<Record<keyof ProcessRef, unknown>>;
  return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof identity === 'string';
}

/**
 * Starts a process in a session of its own, so that a terminal's Ctrl-C doesn't reach it, and
 * doesn't hold the caller's event loop. Output goes to `logPath`; the log of the run before is
 * kept beside it as `.previous`.
 */
export async function launch({
  file,
  args,
  env,
  cwd,
  logPath,
  account,
}: Launch): Promise<ProcessRef> {
  await rename(logPath, `${logPath}.previous`).catch(ignoreMissing);
  const log = await open(logPath, 'a');
  try {
    const identityOptions = account ? { uid: account.uid, gid: account.gid } : {};
    const stdio: ['ignore', number, number] = ['ignore', log.fd, log.fd];
    const child = spawn(file, args, { cwd, env, detached: true, stdio, ...identityOptions });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    const pid = child.pid ?? 0;
    return { pid, identity: (await identityOf(pid)) ?? 'ended' };
  } finally {
    await log.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!isErrno(error, 'ENOENT')) throw error;
}

/** What tells this process from every other one, or undefined where none with this pid runs. */
export async function identityOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return identityFromPs(pid);
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const start = startTimeInStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
    return start === undefined ? undefined : `${boot.trim()}:${start}`;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return undefined;
    throw error;
  }
}

/**
 * Start time (clock ticks since boot) in a line of /proc/PID/stat, proc_pid_stat(5) field 22; the
 * command name before it may hold spaces and brackets. Undefined for a process that has ended
 * and only waits for its parent (states Z and X).
 */
export function startTimeInStat(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ended = fields[0] === 'Z' || fields[0] === 'X';
  return ended ? undefined : fields[19];
}

async function identityFromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'state=,lstart=', '-p', String(pid)]);
    const [state = '', ...start] = stdout.trim().split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

/** True while exactly this process runs (or is suspended). */
export async function isAlive(ref: ProcessRef): Promise<boolean> {
  return (await identityOf(ref.pid)) === ref.identity;
}

/** Sends a signal to this process and to no other; false where it has already ended. */
export async function signalProcess(ref: ProcessRef, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(ref))) return false;
  try {
    return process.kill(ref.pid, signal);
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false;
    throw error;
  }
}

/** Resolves to true once the process has ended, to false when `timeoutMs` have passed. */
export async function waitForEnd(ref: ProcessRef, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await isAlive(ref)) {
    if (Date.now() >= deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

/**
 * SIGTERM (and SIGCONT, so that a suspended process hears it), then SIGKILL after `graceMs`.
 * Throws `still-running` where even that doesn't end it.
 */
export async function stopProcess(ref: ProcessRef, graceMs: number): Promise<void> {
  if (!(await signalProcess(ref, 'SIGTERM'))) return;
  await signalProcess(ref, 'SIGCONT');
  if (await waitForEnd(ref, graceMs)) return;
  await signalProcess(ref, 'SIGKILL');
  if (await waitForEnd(ref, 10_000)) return;
  throw new LocalEngineError(
    'still-running',
    `Process ${ref.pid} doesn't end, not even by SIGKILL: it may wait for a disk; look at it with ps.`,
  );
}
