/** Waiting that can be called off. */

/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
  });
}

/** Resolves with true when the work ends within `ms`, however it ends, else with false. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const ended = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, wait(ms, timer.signal).then(() => false)]);
  } finally {
    timer.abort();
  }
}

export interface Slots {
  /** Resolves, first come first served, with the function that gives the slot back. */
  take(): Promise<() => void>;
}

/** At most `count` holders at a time. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return giveBack;
    },
  };
}

export interface Bell {
  /** Wakes all who wait now. */
  ring(): void;
  /** Resolves at the next ring. */
  rung(): Promise<void>;
}

/** Lets any number wait until something has changed. */
export function createBell(): Bell {
  let waiting: (() => void)[] = [];
  return {
    ring() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    rung: () => new Promise((resolve) => waiting.push(resolve)),
  };
}
