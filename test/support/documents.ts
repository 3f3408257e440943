import { type Hit, type OpenSearch } from '../../cli/src/adapters/opensearch.ts';
import { findingsIn } from './findings.ts';

const page = 5_000;

/** All documents of an index or alias that are about some clusters. */
export async function documentsOfAll(
  openSearch: OpenSearch,
  index: string,
  clusters: readonly string[],
): Promise<readonly Hit[]> {
  await openSearch.refresh(index);
  const found: Hit[] = [];
  for (let after: readonly unknown[] | undefined; ;) {
    const hits = await openSearch.search(index, {
      size: page,
      sort: [{ '@timestamp': 'asc' }, { 'event.id': 'asc' }],
      query: { terms: { 'auditstream.cluster': clusters } },
      ...(after === undefined ? {} : { search_after: after }),
    });
    found.push(...hits);
    if (hits.length < page) return found;
    after = hits.at(-1)?.sort;
  }
}

/** The detections of some clusters as `findingsIn` gives them. */
export async function findingsOf(
  openSearch: OpenSearch,
  clusters: readonly string[],
): Promise<readonly string[]> {
  const detections = await documentsOfAll(openSearch, 'audit-detections', clusters);
  const events = await documentsOfAll(openSearch, 'audit-events', clusters);
  const sources = (hits: readonly Hit[]) => hits.map(({ _source }) => _source);
  return findingsIn(sources(detections), sources(events));
}
