import { type Hit } from '../adapters/opensearch.ts';
import { type SampleManifest, spanOf } from '../sample/manifest.ts';
import { textAt } from '../view/fields.ts';
import { shellWord } from '../view/printable.ts';
import { sentenceOf } from './detections.ts';

export interface ClosingFacts {
  /** Some detections of the sample, the gravest first. */
  readonly detections: readonly Hit[];
  readonly manifest: SampleManifest;
  readonly openSearchUrl: string;
  /** Null where no Dashboards is configured. */
  readonly dashboardsUrl: string | null;
  readonly ingestUrl: string;
}

/** What a new user is shown after the sample: findings, commands to paste, and the way on. */
export function closingWords(facts: ClosingFacts): string {
  return [
    ...findings(facts.detections),
    ...commands(facts),
    ...dashboards(facts),
    ...ownCluster(facts),
  ].join('\n');
}

function findings(detections: readonly Hit[]): readonly string[] {
  if (detections.length === 0) return [];
  return ['Among what it found:', ...detections.map((hit) => `  • ${sentenceOf(hit)}`), ''];
}

function commands({ detections, manifest, openSearchUrl }: ClosingFacts): readonly string[] {
  const { from, to } = spanOf(manifest);
  const range = `--since ${from} --until ${to}`;
  const [first] = detections;
  const query = JSON.stringify({
    size: 1,
    query: { range: { '@timestamp': { gte: from, lte: to } } },
    aggs: { who: { terms: { field: 'user.name' } } },
  });
  return [
    'Look around (the sample is a recording: its own times matter, not the last 15 minutes):',
    ...(first === undefined ? [] : [`  npx auditstream detections show ${shellWord(first._id)}`]),
    `  npx auditstream detections list ${range}`,
    ...(first === undefined ? [] : [`  npx auditstream who ${objectOf(first)} ${range}`]),
    `  curl -s '${openSearchUrl}/audit-events/_search?pretty' -H 'content-type: application/json' -d '${query}'`,
    '',
  ];
}

function objectOf({ _source: detection }: Hit): string {
  const type = textAt(detection, 'orchestrator.resource.type');
  const name = textAt(detection, 'orchestrator.resource.name');
  return shellWord(`${type}/${name}`);
}

function dashboards({ dashboardsUrl, manifest }: ClosingFacts): readonly string[] {
  if (dashboardsUrl === null) return [];
  const { from, to } = spanOf(manifest);
  const time = `(time:(from:'${from}',to:'${to}'))`;
  return [`In Dashboards: ${dashboardsUrl}/app/data-explorer/discover#?_g=${time}`, ''];
}

function ownCluster({ ingestUrl }: ClosingFacts): readonly string[] {
  return [
    'To connect your own cluster (docs/connect-kubernetes.md shows each step):',
    `  npx auditstream source add kubernetes NAME --url ${ingestUrl.replace('http:', 'https:')} --ca CA.pem`,
  ];
}
