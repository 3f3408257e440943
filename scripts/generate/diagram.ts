import { type Party, type TopicName, topicNames, topics } from '@auditstream/events/topics';

/** Where events come from, and where they end: no topic says so. */
const sources = [
  '  apiserver([kube-apiserver]) -- "audit webhook, log file" --> ingest',
  '  engine([Docker Engine]) -- "events" --> ingest',
  '  packs([rule packs]) --> rules',
];
const sinks = ['  index --> opensearch[(OpenSearch)]'];

/**
 * The pipeline as a flowchart (Mermaid syntax): services as boxes, topics as slanted ones; dotted where
 * several services write to one topic.
 */
export function renderDiagram(): string {
  const lines = [...sources, ...topicNames.flatMap(edges), ...sinks];
  return ['```mermaid', 'flowchart LR', ...lines, '```', ''].join('\n');
}

function edges(name: TopicName): readonly string[] {
  const { writers, readers } = topics[name];
  const id = name.replace(/\W/g, '_');
  const arrow = writers.length > 1 ? '-.->' : '-->';
  return [
    `  ${id}[/${name}/]`,
    ...writers.map((writer) => `  ${writer} ${arrow} ${id}`),
    ...readers.map((reader) => `  ${id} ${arrow} ${shape(reader)}`),
  ];
}

/** People and systems outside are round, like the sources. */
function shape(party: Party): string {
  switch (party) {
    case 'integrations':
      return 'integrations([alerting integrations])';
    case 'operators':
      return 'operators([operators])';
    case 'ingest':
    case 'enrich':
    case 'detect':
    case 'index':
    case 'rules':
      return party;
  }
}
