/** The wall clock in nanoseconds since 1970. */
import { hrtime } from 'node:process';

const MILLISECOND = 1_000_000n;

/**
 * Milliseconds are the system's; what is finer comes from a counter that runs from the last one on. Two
 * calls never give the same time; it goes back only where the system's clock does.
 */
export function createClock(
  millis: () => number = Date.now,
  counter: () => bigint = () => hrtime.bigint(),
): () => bigint {
  let [shown, since, last] = [0, 0n, 0n];
  return () => {
    const [now, count] = [millis(), counter()];
    if (now !== shown) [shown, since] = [now, count];
    const fine = count - since < MILLISECOND ? count - since : MILLISECOND - 1n;
    const nanos = BigInt(now) * MILLISECOND + fine;
    last = nanos <= last && last - nanos < MILLISECOND ? last + 1n : nanos;
    return last;
  };
}
