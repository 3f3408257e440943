import { setTimeout as delay } from 'node:timers/promises';
import { type ApiResponse, Client, errors } from '@opensearch-project/opensearch';
import { type BulkItem } from '../domain/bulk-outcome.ts';
import { type StoredPosition } from '../domain/repeat-fields.ts';
import { type DocumentName, type DocumentStore, StoreError } from '../store.ts';

export interface OpenSearchOptions {
  /** Base address, for example http://127.0.0.1:9200 */
  readonly url: string;
  /** Milliseconds after which a request is given up. */
  readonly timeoutMs: number;
  /** Index templates that have to be there before the first write. */
  readonly templates: readonly string[];
  /** Told how long each bulk request took, in seconds. */
  readonly onBulk: (seconds: number) => void;
  /** Milliseconds between looks at OpenSearch and its templates; 2,000 if not given. */
  readonly probeMs?: number;
}

const defaultProbeMs = 2_000;

export interface OpenSearch extends DocumentStore {
  /** Whether OpenSearch was reached, and answered the last request; the reason where it didn't. */
  health(): { readonly ok: true } | { readonly ok: false; readonly reason: string };
  close(): Promise<void>;
}

/**
 * Opens OpenSearch without waiting for it: it may come later than we do. The client's own retries are off,
 * because the consumer pauses and tries again.
 */
export function openOpenSearch(options: OpenSearchOptions): OpenSearch {
  const client = new Client({
    node: options.url,
    maxRetries: 0,
    requestTimeout: options.timeoutMs,
    agent: { keepAlive: true, maxSockets: 16 },
  });
  const closing = new AbortController();
  let failure: string | undefined;
  let absence: string | undefined = `OpenSearch at ${options.url} has not been reached yet.`;
  let ready = false;

  async function call<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (!ready) await assertTemplates(client, options.templates);
      ready = true;
      const result = await work();
      failure = absence = undefined;
      return result;
    } catch (error) {
      const storeError = storeErrorOf(error, options.url);
      if (storeError.retryable) failure = storeError.message;
      throw storeError;
    }
  }
  // It tells of absence only: that OpenSearch is there does not mean that it takes what it refused before.
  async function probe(): Promise<void> {
    try {
      await assertTemplates(client, options.templates);
      absence = undefined;
    } catch (error) {
      const { code, message } = storeErrorOf(error, options.url);
      if (code === 'templates-missing') ready = false;
      absence = message;
    }
  }
  void repeat(probe, options.probeMs ?? defaultProbeMs, closing.signal);

  return {
    bulk: (body) => call(() => timed(() => sendBulk(client, body), options.onBulk)),
    positions: (documents) => call(() => readPositions(client, documents)),
    health: () => stateOf(failure ?? absence),
    close() {
      closing.abort();
      return client.close();
    },
  };
}

function stateOf(reason: string | undefined): ReturnType<OpenSearch['health']> {
  return reason === undefined ? { ok: true } : { ok: false, reason };
}

async function repeat(
  work: () => Promise<void>,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await work();
  }
}

async function assertTemplates(client: Client, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { body } = await client.indices.existsIndexTemplate({ name });
    if (!body) {
      const message = `OpenSearch has no index template ${name}: run 'auditstream setup'.`;
      throw new StoreError('templates-missing', message);
    }
  }
}

async function timed<T>(work: () => Promise<T>, onEnd: (seconds: number) => void): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    onEnd((performance.now() - start) / 1_000);
  }
}

async function sendBulk(client: Client, body: string): Promise<readonly BulkItem[]> {
  const answer: ApiResponse = await client.transport.request({
    method: 'POST',
    path: '/_bulk',
    querystring: { filter_path: 'items.*.status,items.*.error.type,items.*.error.reason' },
    bulkBody: body,
  });
  const { items } = answer.body as {
    readonly items?: readonly Readonly<Record<string, BulkItem>>[];
  };
  return (items ?? []).flatMap((item) => Object.values(item));
}

interface FoundDocument {
  readonly _source?: { readonly auditstream?: Partial<StoredPosition> };
}

/** Documents asked for at a time: OpenSearch decompresses each of them. */
const positionsAtOnce = 1_000;

async function readPositions(
  client: Client,
  documents: readonly DocumentName[],
): Promise<readonly (StoredPosition | undefined)[]> {
  const positions: (StoredPosition | undefined)[] = [];
  for (let from = 0; from < documents.length; from += positionsAtOnce) {
    positions.push(...(await readSome(client, documents.slice(from, from + positionsAtOnce))));
  }
  return positions;
}

async function readSome(
  client: Client,
  documents: readonly DocumentName[],
): Promise<readonly (StoredPosition | undefined)[]> {
  const answer: ApiResponse = await client.transport.request({
    method: 'POST',
    path: '/_mget',
    querystring: { _source: 'auditstream.partition,auditstream.offset' },
    body: { docs: documents.map(({ index, id }) => ({ _index: index, _id: id })) },
  });
  const { docs } = answer.body as { readonly docs: readonly FoundDocument[] };
  return docs.map(positionOf);
}

function positionOf({ _source }: FoundDocument): StoredPosition | undefined {
  const { partition, offset } = _source?.auditstream ?? {};
  return partition === undefined || offset === undefined ? undefined : { partition, offset };
}

function storeErrorOf(error: unknown, url: string): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof errors.ResponseError) {
    const status = error.statusCode;
    const message = `OpenSearch at ${url} answered ${status}: ${error.message.slice(0, 500)}`;
    return new StoreError(status === 413 ? 'too-big' : 'unavailable', message, error);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError('unreachable', `OpenSearch at ${url} does not answer: ${reason}`, error);
}
