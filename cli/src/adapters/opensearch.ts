import { Client, errors } from '@opensearch-project/opensearch';
import { CliError } from '../errors.ts';

/** A JSON object as OpenSearch takes and gives it. */
export type Json = Readonly<Record<string, unknown>>;

export interface Hit {
  readonly _id: string;
  readonly _source: Json;
  readonly sort?: readonly unknown[];
}

/** What set-up needs of OpenSearch. */
export interface IndexAdmin {
  putTemplate(name: string, body: Json): Promise<void>;
}

/** What the commands read from OpenSearch. An index that does not exist yet holds nothing. */
export interface DocumentReader {
  count(index: string, query: Json): Promise<number>;
  search(index: string, body: Json): Promise<readonly Hit[]>;
  /** Makes everything indexed so far visible to searches. */
  refresh(index: string): Promise<void>;
}

export interface OpenSearch extends IndexAdmin, DocumentReader {
  close(): Promise<void>;
}

/** @throws CliError from every call while OpenSearch cannot be reached */
export function connectOpenSearch(url: string): OpenSearch {
  const client = new Client({ node: url, maxRetries: 2, requestTimeout: 30_000 });
  const absent = { ignore_unavailable: true, allow_no_indices: true } as const;

  async function call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw toCliError(url, cause);
    }
  }

  return {
    putTemplate: (name, body) =>
      call(async () => {
        await client.indices.putIndexTemplate({ name, body });
      }),
    count: (index, query) =>
      call(async () => {
        const { body } = await client.count({ index, ...absent, body: { query } });
        return body.count;
      }),
    search: (index, request) =>
      call(async () => {
        const { body } = await client.search({ index, ...absent, body: request });
        return body.hits.hits as unknown as readonly Hit[];
      }),
    refresh: (index) =>
      call(async () => {
        await client.indices.refresh({ index, ...absent });
      }),
    close: () => client.close(),
  };
}

function toCliError(url: string, cause: unknown): CliError {
  if (cause instanceof errors.ResponseError) {
    return new CliError(`OpenSearch at ${url} refused a request: ${cause.message}`, { cause });
  }
  return new CliError(
    `OpenSearch at ${url} does not answer: start the pipeline with 'npm start' or ` +
      "'npx auditstream up', or set AUDITSTREAM_OPENSEARCH_URL.",
    { cause },
  );
}
