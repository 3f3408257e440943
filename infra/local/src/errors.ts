/** Every reason why local engines can't be had; scripts may switch over it. */
export type LocalEngineErrorCode =
  | 'already-running'
  | 'cancelled'
  | 'checksum-mismatch'
  | 'disk-space'
  | 'engine-died'
  | 'engine-not-ready'
  | 'folder-not-ours'
  | 'folder-not-reachable'
  | 'jdk-missing'
  | 'maven-failed'
  | 'maven-missing'
  | 'port-in-use'
  | 'setting-invalid'
  | 'state-unreadable'
  | 'still-running'
  | 'unpack-failed'
  | 'user-missing';

const RETRYABLE: ReadonlySet<LocalEngineErrorCode> = new Set(['maven-failed', 'engine-not-ready']);

/** A failure to bring up, find or stop local engines. Its message is one sentence with the remedy. */
export class LocalEngineError extends Error {
  readonly code: LocalEngineErrorCode;
  readonly retryable: boolean;

  constructor(code: LocalEngineErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LocalEngineError';
    this.code = code;
    this.retryable = RETRYABLE.has(code);
  }
}

/** True where `error` is a failed system call with this `errno` name, such as ENOENT. */
export function isErrno(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** Throws `cancelled` once the caller has given up. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new LocalEngineError('cancelled', 'Starting the engines was cancelled.', signal.reason);
  }
}
