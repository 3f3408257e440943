/** What has arrived of a source, counted from its documents. */
import { type Hit } from '../adapters/opensearch.ts';
import { textAt, valueAt } from '../view/fields.ts';

export interface Tally {
  readonly what: string;
  readonly count: number;
}

export interface Arrival {
  /** All events that are there. */
  readonly events: number;
  /** Those that the rest is counted from: the newest. */
  readonly examined: number;
  /** Source addresses, user agents, and what was done to what: the most frequent first. */
  readonly addresses: readonly Tally[];
  readonly userAgents: readonly Tally[];
  readonly actions: readonly Tally[];
  /** Milliseconds from the event to ingest; null where none is known. */
  readonly lag: { readonly median: number; readonly most: number } | null;
  /** Events at a level at which API servers record bodies. */
  readonly withBodies: number;
  /** Of those, the ones about secrets, config maps and tokens, of which a policy should ask for none. */
  readonly secretBodies: number;
  /** Dead letters by their reason. */
  readonly rejected: readonly Tally[];
}

export interface Arrived {
  readonly events: number;
  /** The newest of them. */
  readonly hits: readonly Hit[];
  readonly deadLetters: readonly Hit[];
}

/** Fields that `arrivalOf` reads; bodies are left where they are. */
export const arrivalFields = [
  ...['@timestamp', 'event.created', 'event.action', 'source.ip', 'user_agent.original'],
  ...['orchestrator.resource.type', 'kubernetes.audit.objectRef.subresource', 'url.path'],
  ...['kubernetes.audit.level', 'docker.event.type'],
] as const;

const most = 8;
const bodyLevels: readonly string[] = ['Request', 'RequestResponse'];
const secretResources: readonly string[] = [
  ...['secrets', 'configmaps', 'serviceaccounts/token', 'tokenreviews'],
];

export function arrivalOf({ events, hits, deadLetters }: Arrived): Arrival {
  const documents = hits.map(({ _source }) => _source);
  const bodies = hits.filter((hit) => bodyLevels.includes(text(hit, 'kubernetes.audit.level')));
  return {
    events,
    examined: hits.length,
    addresses: tally(hits.map((hit) => text(hit, 'source.ip'))),
    userAgents: tally(hits.map((hit) => text(hit, 'user_agent.original'))),
    actions: tally(hits.map((hit) => `${text(hit, 'event.action')} ${targetOf(hit)}`)),
    lag: lagOf(
      documents.map(
        (document) =>
          Date.parse(String(valueAt(document, 'event.created'))) -
          Date.parse(String(valueAt(document, '@timestamp'))),
      ),
    ),
    withBodies: bodies.length,
    secretBodies: bodies.filter((hit) => secretResources.includes(targetOf(hit))).length,
    rejected: tally(deadLetters.map((hit) => text(hit, 'error.code'))),
  };
}

function text({ _source }: Hit, field: string): string {
  return textAt(_source, field);
}

/** `pods/exec`; a path for what is no resource. */
function targetOf(hit: Hit): string {
  const resource = text(hit, 'orchestrator.resource.type');
  const subresource = text(hit, 'kubernetes.audit.objectRef.subresource');
  if (resource === '-') return text(hit, 'url.path');
  return subresource === '-' ? resource : `${resource}/${subresource}`;
}

function tally(values: readonly string[]): readonly Tally[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([what, count]) => ({ what, count }))
    .sort((a, b) => b.count - a.count || a.what.localeCompare(b.what))
    .slice(0, most);
}

function lagOf(lags: readonly number[]): Arrival['lag'] {
  const known = lags.filter((lag) => Number.isFinite(lag)).sort((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)];
  const largest = known.at(-1);
  return median === undefined || largest === undefined ? null : { median, most: largest };
}
