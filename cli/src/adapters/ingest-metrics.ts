/** What ingest counts, read from its /metrics. */

export interface IngestCounters {
  /** Items and requests that ingest has refused, by reason. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Changed sources files that could be used, and that could not. */
  readonly reloads: { readonly taken: number; readonly refused: number };
}

const limitMs = 5_000;

/** @returns null where ingest does not answer */
export async function readIngestCounters(adminUrl: string): Promise<IngestCounters | null> {
  try {
    const answer = await fetch(`${adminUrl}/metrics`, { signal: AbortSignal.timeout(limitMs) });
    return answer.ok ? countersIn(await answer.text()) : null;
  } catch {
    return null;
  }
}

/** @param text in Prometheus' text format */
export function countersIn(text: string): IngestCounters {
  const reloads = byLabel(text, 'auditstream_ingest_sources_reloads_total', 'result');
  return {
    refusals: byLabel(text, 'auditstream_ingest_rejections_total', 'reason'),
    reloads: { taken: reloads.get('taken') ?? 0, refused: reloads.get('refused') ?? 0 },
  };
}

/** The sums of a counter by one of its labels. */
function byLabel(text: string, counter: string, label: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${counter}{`)) continue;
    const value = new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1];
    const number = Number(line.slice(line.lastIndexOf(' ') + 1));
    if (value !== undefined) sums.set(value, (sums.get(value) ?? 0) + number);
  }
  return sums;
}
