import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

export interface Backoff {
  /** Milliseconds before the first new attempt; doubles from there. */
  readonly firstMs: number;
  readonly limitMs: number;
}

export const defaultBackoff: Backoff = { firstMs: 500, limitMs: 30_000 };

/** @param attempt 0 for the first new attempt */
export function backoffMs({ firstMs, limitMs }: Backoff, attempt: number): number {
  return Math.min(limitMs, firstMs * 2 ** attempt);
}
