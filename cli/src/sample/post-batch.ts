import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../errors.ts';

export interface BatchTarget {
  readonly url: string;
  readonly token: string;
}

const attemptTimeoutMs = 30_000;
const patienceMs = 300_000;

/**
 * Posts one batch as an API server does, and again while the answer is that it should come later.
 * @throws CliError where the receiver refuses it, or takes it from nobody for five minutes
 */
export async function postBatch(
  target: BatchTarget,
  body: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    const status = await post(target, body, signal);
    if (status === 200) return;
    if (status !== 'no answer' && status !== 429 && status < 500) {
      throw new CliError(
        `${target.url} refused a batch of the sample with status ${status}. ` +
          'Its credential and its sources are in the data folder; `npm start -- --fresh` makes new ones.',
      );
    }
    if (Date.now() > deadline) {
      throw new CliError(`${target.url} took no batch for five minutes (last: ${status}).`);
    }
    await delay(Math.min(2_000, 100 * 2 ** attempt), undefined, { signal });
  }
}

async function post(
  { url, token }: BatchTarget,
  body: Buffer,
  signal: AbortSignal,
): Promise<number | 'no answer'> {
  signal.throwIfAborted();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: new Uint8Array(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(attemptTimeoutMs)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    signal.throwIfAborted();
    return 'no answer';
  }
}
