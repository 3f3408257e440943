import { beginReplay, extendReplay } from '../../domain/replay.ts';

export interface ReplayWatchOptions {
  /** timeNano of the last event that was read before the connection. */
  readonly last: bigint;
  /** Milliseconds after which the last event is not waited for any more. */
  readonly limitMs: number;
  /** Called at most once: the earliest event after the gap, if one has come. */
  readonly onGap: (next: bigint | undefined) => void;
  /** Called exactly once: nothing more comes of this watch. */
  readonly onSettled: () => void;
}

export interface ReplayWatch {
  /** Has to see every event of the connection, in order. */
  see(times: readonly bigint[]): void;
  /** The connection has ended. */
  close(): void;
}

/**
 * Tells of a gap where the last event does not come again. The engine sends its replay as soon as it is
 * connected and says nowhere that it ends, so a time decides. A connection that ends before anything
 * newer came decides nothing: the next one asks for the same.
 */
export function watchReplay({ last, limitMs, onGap, onSettled }: ReplayWatchOptions): ReplayWatch {
  let replay = beginReplay(last);
  let isSettled = false;
  const settle = (isGap: boolean): void => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    if (isGap) onGap(replay.next);
    onSettled();
  };
  const timer = setTimeout(() => {
    settle(true);
  }, limitMs);
  return {
    see(times) {
      if (isSettled) return;
      replay = extendReplay(replay, times);
      if (replay.joins) settle(false);
    },
    close() {
      settle(replay.next !== undefined);
    },
  };
}
