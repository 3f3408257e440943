/** Lets one of many equal messages through: whoever may be refused must not be able to fill the log. */

/** @returns how many were kept back since the last one of this key; undefined where this one is, too */
export type LogLimit = (key: string) => number | undefined;

const INTERVAL_MS = 10_000;

/**
 * Lets the first of a key through, then one in ten seconds.
 * @param now epoch milliseconds
 */
export function createLogLimit(now: () => number): LogLimit {
  const told = new Map<string, { at: number; keptBack: number }>();
  return (key) => {
    const last = told.get(key);
    if (last !== undefined && now() - last.at < INTERVAL_MS) {
      last.keptBack += 1;
      return undefined;
    }
    told.set(key, { at: now(), keptBack: 0 });
    return last?.keptBack ?? 0;
  };
}
