import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until a condition holds.
 *
 * @param what names the condition in the error
 * @param condition gives a value once it holds, undefined before
 */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined> | T | undefined,
  limitMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs} ms in vain: ${what}.`);
    await delay(100);
  }
}
