import { setTimeout as delay } from 'node:timers/promises';
import { batchOf, eventsOf } from './load.ts';
import { tokenOf } from './webhook-source.ts';

/** One answer of the webhook. */
export interface Answer {
  /** When the request began, epoch milliseconds. */
  readonly at: number;
  readonly ms: number;
  readonly status: number;
  readonly retryAfter: string | null;
}

export interface AnsweredLoad {
  /** The exact bytes of every item that was answered with 200. */
  readonly items: readonly string[];
  readonly answers: readonly Answer[];
}

export interface LoadShape {
  readonly ingestUrl: string;
  readonly cluster: string;
  /** Names the events: equal seeds send equal bytes. */
  readonly seed: string;
  readonly batchSize: number;
  /** Milliseconds between the beginnings of two batches. */
  readonly everyMs: number;
}

/**
 * Sends batches at a steady pace until the signal, each until it is answered with 200, and keeps every
 * answer. Resolves when all that was begun is accepted.
 */
export async function sendUntil(signal: AbortSignal, shape: LoadShape): Promise<AnsweredLoad> {
  const events = eventsOf(shape.seed, Infinity);
  const items: string[] = [];
  const answers: Answer[] = [];
  const posts: Promise<void>[] = [];
  while (!signal.aborted) {
    const batch = Array.from({ length: shape.batchSize }, () => String(events.next().value));
    items.push(...batch);
    posts.push(postUntilTaken(batchOf(batch), shape, answers));
    await delay(shape.everyMs);
  }
  await Promise.all(posts);
  return { items, answers };
}

async function postUntilTaken(body: Buffer, shape: LoadShape, answers: Answer[]): Promise<void> {
  for (;;) {
    const answer = await post(body, shape);
    if (answer !== undefined) answers.push(answer);
    if (answer?.status === 200) return;
    await delay(answer?.retryAfter === null ? 200 : 1_000);
  }
}

/** @returns undefined where the connection broke: the process is away */
async function post(body: Buffer, { ingestUrl, cluster }: LoadShape): Promise<Answer | undefined> {
  const at = Date.now();
  try {
    const response = await fetch(`${ingestUrl}/v1/kubernetes/${cluster}/audit`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokenOf(cluster)}`, 'content-type': 'application/json' },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(30_000),
    });
    await response.arrayBuffer();
    const retryAfter = response.headers.get('retry-after');
    return { at, ms: Date.now() - at, status: response.status, retryAfter };
  } catch {
    return undefined;
  }
}

/** A share of the answers, 0.99 for example, took at most this many milliseconds. */
export function percentile(answers: readonly Answer[], share: number): number {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
