import { type Hit, type OpenSearch } from '../../cli/src/adapters/opensearch.ts';
import { textAt, valueAt } from '../../cli/src/view/fields.ts';

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

/** The detections of some clusters, each as `rule auditID revision`, sorted. */
export async function detectionKeys(
  openSearch: OpenSearch,
  clusters: readonly string[],
): Promise<readonly string[]> {
  const events = await documentsOfAll(openSearch, 'audit-events', clusters);
  const byId = new Map(events.map((hit) => [hit._id, hit._source]));
  const detections = await documentsOfAll(openSearch, 'audit-detections', clusters);
  return detections
    .map(({ _source: detection }) => {
      const [eventId] = valueAt(detection, 'auditstream.detection.event_ids') as [string];
      const auditId = textAt(byId.get(eventId) ?? {}, 'kubernetes.audit.auditID');
      const revision = textAt(detection, 'auditstream.detection.revision');
      return `${textAt(detection, 'rule.id')} ${auditId} ${revision}`;
    })
    .sort();
}
