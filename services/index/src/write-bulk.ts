import { type Chunk, type ChunkLimits, chunksOf, halvesOf } from './domain/bulk-body.ts';
import { bulkOutcome, type WriteOutcome } from './domain/bulk-outcome.ts';
import { type Write } from './domain/write.ts';
import { type DocumentStore, StoreError } from './store.ts';

const limits: ChunkLimits = { bytes: 8 * 1024 * 1024, documents: 1_000 };

/**
 * Writes documents, request by request, in order. It never rejects: after a request that failed as a whole,
 * everything not yet written is to be tried again.
 *
 * @returns one outcome for each write, in order
 */
export async function writeAll(
  store: Pick<DocumentStore, 'bulk'>,
  writes: readonly Write[],
  signal: AbortSignal,
): Promise<readonly WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  const waiting = [...chunksOf(writes, limits)];
  for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
    const result = await send(store, chunk, signal);
    if (result.type === 'halves') {
      waiting.unshift(...result.halves);
    } else if (result.type === 'settled') {
      outcomes.push(...result.outcomes);
    } else {
      const outcome = { type: 'retry', cause: result.cause } as const;
      return writes.map((_write, at) => outcomes[at] ?? outcome);
    }
  }
  return outcomes;
}

type Sent =
  | { readonly type: 'settled'; readonly outcomes: readonly WriteOutcome[] }
  | { readonly type: 'halves'; readonly halves: readonly Chunk[] }
  | { readonly type: 'failed'; readonly cause: unknown };

async function send(
  store: Pick<DocumentStore, 'bulk'>,
  chunk: Chunk,
  signal: AbortSignal,
): Promise<Sent> {
  if (signal.aborted) return { type: 'failed', cause: signal.reason };
  try {
    const items = await store.bulk(chunk.body);
    if (items.length !== chunk.writes.length) return failed(chunk, items.length);
    return { type: 'settled', outcomes: items.map(bulkOutcome) };
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.retryable) return { type: 'failed', cause };
    const halves = halvesOf(chunk);
    if (halves !== undefined) return { type: 'halves', halves };
    return { type: 'settled', outcomes: [tooBig(chunk)] };
  }
}

function failed(chunk: Chunk, answered: number): Sent {
  const message = `OpenSearch answered ${answered} of ${chunk.writes.length} items of a bulk request.`;
  return { type: 'failed', cause: new StoreError('unreachable', message) };
}

function tooBig({ body }: Chunk): WriteOutcome {
  const message =
    `A document of ${Buffer.byteLength(body)} bytes is more than OpenSearch takes in one request: ` +
    'raise its http.max_content_length.';
  return { type: 'rejected', rejection: { code: 'too-big', message } };
}
