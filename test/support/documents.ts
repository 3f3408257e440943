import { type Hit, type Json, type OpenSearch } from '../../cli/src/adapters/opensearch.ts';

const page = 5_000;

/** All documents of an index or alias that are about a cluster. */
export async function documentsOf(
  openSearch: OpenSearch,
  index: string,
  cluster: string,
): Promise<readonly Hit[]> {
  await openSearch.refresh(index);
  const found: Hit[] = [];
  for (let after: readonly unknown[] | undefined; ; ) {
    const hits = await openSearch.search(index, {
      size: page,
      sort: [{ '@timestamp': 'asc' }, { 'event.id': 'asc' }],
      query: { term: { 'orchestrator.cluster.name': cluster } },
      ...(after === undefined ? {} : { search_after: after }),
    });
    found.push(...hits);
    if (hits.length < page) return found;
    after = hits.at(-1)?.sort;
  }
}

/** What makes two detections the same finding, whatever cluster they are about. */
export interface Finding {
  readonly ruleId: string;
  readonly auditId: string;
  readonly revision: number;
}

/** The detections of a cluster as findings, sorted. */
export async function findingsOf(
  openSearch: OpenSearch,
  cluster: string,
  auditIds: ReadonlyMap<string, string>,
): Promise<readonly Finding[]> {
  const hits = await documentsOf(openSearch, 'audit-detections', cluster);
  const findings = hits.map(({ _source }) => findingOf(_source, auditIds));
  return findings.sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

export function keyOf({ ruleId, auditId, revision }: Finding): string {
  return `${ruleId} ${auditId} ${revision}`;
}

function findingOf(document: Json, auditIds: ReadonlyMap<string, string>): Finding {
  const rule = document['rule'] as { id: string };
  const detection = document['auditstream'] as {
    detection: { revision: number; event_ids: readonly string[] };
  };
  const [eventId = ''] = detection.detection.event_ids;
  const { revision } = detection.detection;
  return { ruleId: rule.id, auditId: auditIds.get(eventId) ?? `event ${eventId}`, revision };
}
