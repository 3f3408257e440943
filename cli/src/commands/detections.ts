import { type DocumentReader, type Hit, type Json } from '../adapters/opensearch.ts';
import { CliError } from '../errors.ts';
import { textAt, valueAt } from '../view/fields.ts';
import { printable, printableLines } from '../view/printable.ts';
import { limitNote, renderTable } from '../view/table.ts';
import { timeFilters, type TimeRangeOptions } from './time-range.ts';

export interface ListOptions extends TimeRangeOptions {
  readonly level?: string;
  readonly rule?: string;
  readonly cluster?: string;
  readonly limit: number;
  readonly json: boolean;
}

const index = 'audit-detections';
const newestFirst = [{ '@timestamp': 'desc' }, { 'event.id': 'desc' }] as const;

/** The newest detections, as a table or as one JSON document a line. */
export async function listDetections(
  options: ListOptions,
  { reader, now }: { readonly reader: DocumentReader; readonly now: number },
): Promise<string> {
  const hits = await reader.search(index, {
    size: options.limit,
    sort: newestFirst,
    query: { bool: { filter: filtersOf(options, now) } },
  });
  if (options.json) return hits.map(jsonLine).join('\n');
  if (hits.length === 0) return 'No detection was found.';
  const table = renderTable(['TIME', 'LEVEL', 'ID', 'WHAT'], hits.map(rowOf));
  return `${table}${limitNote(hits.length, options.limit)}`;
}

/**
 * One detection, whole.
 * @throws CliError with exit code 1 where there is none of that id
 */
export async function showDetection(
  id: string,
  options: { readonly json: boolean },
  reader: DocumentReader,
): Promise<string> {
  const [hit] = await reader.search(index, { size: 1, query: { term: { _id: id } } });
  if (hit === undefined) {
    throw new CliError(`There is no detection ${id}: 'auditstream detections list' names them.`, {
      exitCode: 1,
    });
  }
  if (options.json) return jsonLine(hit);
  return [sentenceOf(hit), '', printableLines(JSON.stringify(hit._source, null, 2))].join('\n');
}

/**
 * Detections as they come in, those already there left out, until the signal is aborted.
 *
 * @param print is given one line for each detection and each of its later revisions
 */
export async function tailDetections(
  options: { readonly json: boolean; readonly signal: AbortSignal },
  ports: { readonly reader: DocumentReader; readonly pause: () => Promise<void> },
  print: (line: string) => void,
): Promise<void> {
  const { reader, pause } = ports;
  const [last] = await reader.search(index, { size: 1, sort: [{ 'event.ingested': 'desc' }] });
  let hits = last === undefined ? [] : await around(last, reader);
  while (!options.signal.aborted) {
    const seen = new Set(hits.map(revisionOf));
    hits = await around(hits.at(-1), reader);
    const fresh = hits.filter((hit) => !seen.has(revisionOf(hit)));
    for (const hit of fresh) print(options.json ? jsonLine(hit) : lineOf(hit));
    await pause();
  }
}

/** A detection can be found up to this long, in milliseconds, after one that was ingested later. */
const stragglersMs = 60_000;
const pageSize = 500;

/** All detections that were ingested after this one, or shortly before it; the newest goes last. */
async function around(newest: Hit | undefined, reader: DocumentReader): Promise<readonly Hit[]> {
  const hits: Hit[] = [];
  for (;;) {
    const page = await reader.search(index, {
      size: pageSize,
      sort: [{ 'event.ingested': 'asc' }, { 'event.id': 'asc' }],
      query: newest === undefined ? { match_all: {} } : ingestedFrom(newest),
      ...(hits.length === 0 ? {} : { search_after: hits.at(-1)?.sort }),
    });
    hits.push(...page);
    if (page.length < pageSize) return hits;
  }
}

function ingestedFrom({ _source: newest }: Hit): Json {
  const at = Date.parse(textAt(newest, 'event.ingested'));
  return { range: { 'event.ingested': { gte: new Date(at - stragglersMs).toISOString() } } };
}

/** A detection as one sentence for people. */
export function sentenceOf({ _source: detection }: Hit): string {
  return printable(textAt(detection, 'message'));
}

/** A document for scripts, harmless on a terminal too. */
export function jsonLine({ _source }: Hit): string {
  return printable(JSON.stringify(_source));
}

function lineOf(hit: Hit): string {
  return [
    printable(textAt(hit._source, '@timestamp')),
    printable(textAt(hit._source, 'auditstream.detection.level')).padEnd(13),
    sentenceOf(hit),
  ].join('  ');
}

function rowOf(hit: Hit): readonly string[] {
  return [
    textAt(hit._source, '@timestamp'),
    textAt(hit._source, 'auditstream.detection.level'),
    hit._id,
    textAt(hit._source, 'message'),
  ];
}

function revisionOf(hit: Hit): string {
  return `${hit._id}/${String(valueAt(hit._source, 'auditstream.detection.revision'))}`;
}

function filtersOf(options: ListOptions, now: number): readonly Json[] {
  const term = (field: string, value: string | undefined): readonly Json[] =>
    value === undefined ? [] : [{ term: { [field]: value } }];
  return [
    ...term('auditstream.detection.level', options.level),
    ...term('rule.id', options.rule),
    ...term('orchestrator.cluster.name', options.cluster),
    ...timeFilters(options, now),
  ];
}
