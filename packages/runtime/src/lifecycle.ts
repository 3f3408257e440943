/** Starting things in order and letting go of them in the opposite order, whatever happens in between. */

/** Why a lifecycle could not do what was asked. None of these is worth another try. */
export type LifecycleErrorCode = 'closing' | 'release-failed' | 'release-timeout';

export class LifecycleError extends Error {
  override readonly name = 'LifecycleError';
  readonly retryable = false;
  readonly code: LifecycleErrorCode;

  constructor(code: LifecycleErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What a service sees of its lifecycle. */
export interface Lifecycle {
  /**
   * Starts a resource and remembers how to stop it. What was acquired last is released first.
   * Rejects with what `start` rejected with (nothing is kept then), or with LifecycleError
   * `closing` once the release has begun.
   */
  acquire<T>(
    name: string,
    start: () => Promise<T>,
    stop: (resource: T) => Promise<void>,
  ): Promise<T>;
}

/** The lifecycle as its owner sees it. */
export interface OwnedLifecycle extends Lifecycle {
  /**
   * Stops everything, last acquired first, one after the other; later calls give the same promise.
   * A resource that is still starting is awaited, then stopped. A stop that fails or exceeds the
   * limit does not keep the others from being stopped; the first such LifecycleError is rejected with.
   */
  release(): Promise<void>;
  /** Names of what is not released yet, in the order in which it was acquired. */
  held(): readonly string[];
}

export interface LifecycleOptions {
  /** How long one resource may take to stop, in milliseconds. */
  readonly stopLimitMs: number;
  /** Told about every failed stop, also those after the first. */
  readonly onError: (error: LifecycleError) => void;
}

interface Holding {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

export function createLifecycle(options: LifecycleOptions): OwnedLifecycle {
  const holdings: Holding[] = [];
  let released: Promise<void> | undefined;
  const drop = (holding: Holding): void => {
    const at = holdings.indexOf(holding);
    if (at >= 0) holdings.splice(at, 1);
  };

  return {
    async acquire(name, start, stop) {
      if (released !== undefined) throw closing(name);
      const starting = start();
      const holding = { name, stop: () => starting.then(stop, () => undefined) };
      holdings.push(holding);
      try {
        return await starting;
      } catch (error) {
        drop(holding);
        throw error;
      }
    },
    release() {
      released ??= releaseAll(holdings, options);
      return released;
    },
    held: () => holdings.map((holding) => holding.name),
  };
}

async function releaseAll(holdings: Holding[], options: LifecycleOptions): Promise<void> {
  let first: LifecycleError | undefined;
  for (let last = holdings.at(-1); last !== undefined; last = holdings.at(-1)) {
    const error = await stopWithin(last, options.stopLimitMs);
    holdings.splice(holdings.lastIndexOf(last), 1);
    if (error === undefined) continue;
    options.onError(error);
    first ??= error;
  }
  if (first !== undefined) throw first;
}

async function stopWithin(holding: Holding, limitMs: number): Promise<LifecycleError | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<LifecycleError>((resolve) => {
    timer = setTimeout(() => {
      resolve(timedOut(holding.name, limitMs));
    }, limitMs);
  });
  const stopped = holding.stop().then(
    () => undefined,
    (cause: unknown) => stopFailed(holding.name, cause),
  );
  try {
    return await Promise.race([stopped, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function closing(name: string): LifecycleError {
  return new LifecycleError('closing', `${name} was not started: the service is stopping`);
}

function timedOut(name: string, limitMs: number): LifecycleError {
  return new LifecycleError(
    'release-timeout',
    `${name} did not stop within ${limitMs} ms and was left behind`,
  );
}

function stopFailed(name: string, cause: unknown): LifecycleError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LifecycleError('release-failed', `${name} failed to stop: ${reason}`, cause);
}
