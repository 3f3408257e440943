import { type DocumentReader, type Hit, type Json } from '../adapters/opensearch.ts';
import { CliError } from '../errors.ts';
import { textAt } from '../view/fields.ts';
import { limitNote, renderTable } from '../view/table.ts';
import { jsonLine } from './detections.ts';
import { timeFilters, type TimeRangeOptions } from './time-range.ts';

export interface WhoOptions extends TimeRangeOptions {
  readonly namespace?: string;
  readonly cluster?: string;
  readonly limit: number;
  readonly json: boolean;
}

/**
 * Who did what to an object: its requests, each by the last event of it, newest first.
 *
 * @param object `<resource>/<name>`, the resource in the plural as in `deployments/web`
 * @returns what to print: a table, or one JSON document a line
 */
export async function who(
  object: string,
  options: WhoOptions,
  { reader, now }: { readonly reader: DocumentReader; readonly now: number },
): Promise<string> {
  const hits = await reader.search('audit-events', {
    size: options.limit,
    sort: [{ '@timestamp': 'desc' }, { 'event.id': 'desc' }],
    query: { bool: { filter: filtersOf(object, options, now) } },
    collapse: { field: 'auditstream.request_id' },
  });
  if (options.json) return hits.map(jsonLine).join('\n');
  if (hits.length === 0) return `No event about ${object} was found.`;
  const head = ['TIME', 'WHO', 'DID', 'OUTCOME', 'NAMESPACE', 'FROM', 'CLUSTER'];
  return `${renderTable(head, hits.map(rowOf))}${limitNote(hits.length, options.limit)}`;
}

function filtersOf(object: string, options: WhoOptions, now: number): readonly Json[] {
  const match = /^([^/\s]+)\/([^\s]+)$/.exec(object);
  if (match === null) {
    throw new CliError(
      `'${object}' names no object: give <resource>/<name>, as in deployments/web.`,
    );
  }
  const term = (field: string, value: string | undefined): readonly Json[] =>
    value === undefined ? [] : [{ term: { [field]: value } }];
  return [
    ...term('orchestrator.resource.type', match[1]),
    ...term('orchestrator.resource.name', match[2]),
    ...term('orchestrator.namespace', options.namespace),
    ...term('orchestrator.cluster.name', options.cluster),
    ...timeFilters(options, now),
  ];
}

function rowOf({ _source: event }: Hit): readonly string[] {
  const subresource = textAt(event, 'kubernetes.audit.objectRef.subresource');
  const action = textAt(event, 'event.action');
  return [
    textAt(event, '@timestamp'),
    textAt(event, 'user.name'),
    subresource === '-' ? action : `${action} ${subresource}`,
    textAt(event, 'event.outcome'),
    textAt(event, 'orchestrator.namespace'),
    textAt(event, 'source.ip'),
    textAt(event, 'orchestrator.cluster.name'),
  ];
}
