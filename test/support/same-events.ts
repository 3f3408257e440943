import { type Hit, type OpenSearch } from '../../cli/src/adapters/opensearch.ts';
import { textAt } from '../../cli/src/view/fields.ts';
import { documentsOfAll } from './documents.ts';
import { waitFor } from './wait-for.ts';

/** What a source has recorded beside what has become of it; texts are cut to what tells them apart. */
export interface Comparison {
  /** Recorded, without a document. */
  readonly missing: readonly string[];
  /** Documents of what was not recorded, or more than one of the same event. */
  readonly surplus: readonly string[];
}

/** How it looks when everything has arrived, once, and byte for byte. */
export const nothingAmiss: Comparison = { missing: [], surplus: [] };

/** An API server sends a batch for the last time after 138 s. */
const patienceMs = 180_000;

/** What Auditstream itself adds to the events of a source: notices, and configurations of containers. */
const ownQueries = [
  { term: { 'event.module': 'auditstream' } },
  {
    bool: {
      filter: [{ term: { 'event.module': 'docker' } }, { term: { 'event.action': 'inspect' } }],
    },
  },
];

function isOwn({ _source }: Hit): boolean {
  return (
    textAt(_source, 'event.module') === 'auditstream' ||
    (textAt(_source, 'event.module') === 'docker' && textAt(_source, 'event.action') === 'inspect')
  );
}

/** Waits until a cluster has at least so many documents; gives up in silence, for a comparison says more. */
export async function waitForDocuments(
  openSearch: OpenSearch,
  cluster: string,
  count: number,
): Promise<void> {
  const query = {
    bool: { filter: [{ term: { 'auditstream.cluster': cluster } }], must_not: ownQueries },
  };
  const arrived = async (): Promise<true | undefined> => {
    await openSearch.refresh('audit-events');
    return (await openSearch.count('audit-events', query)) >= count ? true : undefined;
  };
  await waitFor(`${count} documents of ${cluster}`, arrived, patienceMs).catch(() => undefined);
}

/**
 * Compares the bytes of all events of a cluster. What is recorded while this waits may or may not have
 * arrived; whatever has arrived must be recorded.
 *
 * @param recorded reads the exact bytes of all events that the source has recorded up to now
 */
export async function compareWithDocuments(
  openSearch: OpenSearch,
  cluster: string,
  recorded: () => Promise<readonly string[]>,
): Promise<Comparison> {
  const before = await recorded();
  await waitForDocuments(openSearch, cluster, before.length);
  const found = await documentsOfAll(openSearch, 'audit-events', [cluster]);
  const documents = found.filter((hit) => !isOwn(hit));
  const originals = documents.map(({ _source }) => textAt(_source, 'event.original'));
  return {
    missing: shown(without(before, originals)),
    surplus: shown(without(originals, await recorded())),
  };
}

const shownAtMost = 5;
const shownLength = 300;

/** Items of one list, each as often as it occurs there more often than in the other. */
function without(from: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return from.filter((item) => {
    const count = left.get(item) ?? 0;
    left.set(item, count - 1);
    return count <= 0;
  });
}

function shown(items: readonly string[]): readonly string[] {
  const more = items.length > shownAtMost ? [`and ${items.length - shownAtMost} more`] : [];
  return [...items.slice(0, shownAtMost).map((item) => item.slice(0, shownLength)), ...more];
}
