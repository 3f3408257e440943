import { setTimeout as delay } from 'node:timers/promises';
import { badItems, batchOf, eventsOf } from './load.ts';
import { postTo } from './post.ts';

export interface Load {
  readonly ingestUrl: string;
  readonly cluster: string;
  /** Names the events: equal seeds send equal bytes. */
  readonly seed: string;
  readonly events: number;
  /** Events in a batch, and one bad item beside them. */
  readonly batchSize: number;
  /** Milliseconds between the beginnings of two batches. */
  readonly everyMs: number;
}

export interface SentLoad {
  /** The exact bytes of every good item. */
  readonly items: readonly string[];
  readonly badItems: number;
}

/** Sends events at a steady pace; each batch is sent until it is accepted, and none waits for another. */
export async function sendLoad(load: Load): Promise<SentLoad> {
  const items = [...eventsOf(load.seed, load.events)];
  const posts: Promise<void>[] = [];
  for (let at = 0; at < items.length; at += load.batchSize) {
    const bad = badItems[posts.length % badItems.length] ?? '{}';
    const batch = batchOf([...items.slice(at, at + load.batchSize), bad]);
    posts.push(postTo(load.ingestUrl, load.cluster, batch));
    await delay(load.everyMs);
  }
  await Promise.all(posts);
  return { items, badItems: posts.length };
}
