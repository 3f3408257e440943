/** `source list`: what ingest takes in, and when it last did. */
import { type DocumentReader } from '../adapters/opensearch.ts';
import { CliError } from '../errors.ts';
import { entriesOf, type SourceEntry, valuesOf } from '../sources/sources-document.ts';
import { textAt } from '../view/fields.ts';
import { renderTable } from '../view/table.ts';

export interface SourceRow {
  readonly kind: string;
  readonly cluster: string;
  readonly origin: string;
  /** How it lets itself be known, or what is read. */
  readonly by: string;
  /** When ingest last took an event by this way; null where it has none, or nobody knows. */
  readonly lastEvent: string | null;
}

const ways: Readonly<Record<string, string>> = {
  'kubernetes-webhook': 'webhook',
  'kubernetes-log': 'file',
  'docker-engine': 'engine',
};

export async function listSources(
  file: { readonly path: string; readonly text: string },
  reader: DocumentReader,
): Promise<readonly SourceRow[]> {
  const entries = entriesOf(file.path, file.text);
  return Promise.all(
    entries.map(async (entry) => {
      const { kind, cluster, origin } = entry;
      return { kind, cluster, origin, by: byOf(entry), lastEvent: await lastEvent(entry, reader) };
    }),
  );
}

export function renderSources(rows: readonly SourceRow[]): string {
  return renderTable(
    ['KIND', 'CLUSTER', 'ORIGIN', 'LAST EVENT', 'BY'],
    rows.map(({ kind, cluster, origin, by, lastEvent: last }) => [
      ...[kind, cluster, origin, last ?? '-', by],
    ]),
  );
}

function byOf(entry: SourceEntry): string {
  const [tokens, names, keys] = ['tokenSha256', 'certificateName', 'certificateKeySha256'].map(
    (key) => valuesOf(entry, key),
  );
  const known = [
    ...(tokens ?? []).map((digest) => `token ${digest.slice(0, 8)}`),
    ...(names ?? []).map((name) => `certificate ${name}`),
    ...(keys ?? []).map((digest) => `certificate ${digest.slice(0, 8)}`),
  ];
  if (known.length > 0) return known.join(', ');
  return [...valuesOf(entry, 'files'), ...valuesOf(entry, 'socket')].join(', ');
}

async function lastEvent(
  { kind, cluster }: SourceEntry,
  reader: DocumentReader,
): Promise<string | null> {
  const way = ways[kind];
  const filter = [
    { term: { 'auditstream.cluster': cluster } },
    ...(way === undefined ? [] : [{ term: { 'auditstream.delivery': way } }]),
  ];
  const search = reader.search('audit-events', {
    size: 1,
    sort: [{ 'event.created': 'desc' }],
    _source: ['event.created'],
    query: { bool: { filter } },
  });
  const [hit] = await search.catch((error: unknown) => {
    // What is configured can be told without OpenSearch.
    if (error instanceof CliError) return [];
    throw error;
  });
  return hit === undefined ? null : textAt(hit._source, 'event.created');
}
