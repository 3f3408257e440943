/** How long to wait before trying again. */

export interface BackoffPolicy {
  /** Milliseconds before the first retry, before jitter. */
  readonly firstMs: number;
  /** Milliseconds that no wait exceeds. */
  readonly limitMs: number;
}

export const defaultBackoff: BackoffPolicy = { firstMs: 100, limitMs: 30_000 };

/**
 * Milliseconds to wait before retry number `attempt` (from 0): doubling from `firstMs` up to `limitMs`,
 * of which the upper half is left to chance, so that those who failed together do not return together.
 *
 * @param random a number in [0, 1)
 */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: number): number {
  const full = Math.min(policy.limitMs, policy.firstMs * 2 ** attempt);
  return full / 2 + (full / 2) * random;
}
