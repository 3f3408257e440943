/** `reduce preview`: what a policy of the reducer would save, and what it would cost. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parsePolicy } from '@auditstream/audit-policy/parse';
import { type Policy } from '@auditstream/audit-policy/policy';
import { PolicyError } from '@auditstream/audit-policy/problem';
import { type DocumentReader, type Hit } from '../adapters/opensearch.ts';
import { CliError } from '../errors.ts';
import { type Preview, previewCounter } from '../reduce/preview.ts';
import { textAt } from '../view/fields.ts';
import { printable } from '../view/printable.ts';
import { renderTable } from '../view/table.ts';
import { timeFilters, type TimeRangeOptions } from './time-range.ts';

export interface PreviewOptions extends TimeRangeOptions {
  readonly policy: string;
  readonly cluster?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** @throws CliError where the file can't be read, or is no policy */
export async function readPolicy(path: string): Promise<Policy> {
  try {
    return parsePolicy(path, await readFile(path, 'utf8'));
  } catch (cause) {
    const isPlain = cause instanceof PolicyError || 'code' in (cause as object);
    throw isPlain ? new CliError((cause as Error).message, { cause }) : cause;
  }
}

export async function previewOfFiles(policy: Policy, files: readonly string[]): Promise<Preview> {
  const counter = previewCounter(policy);
  for (const path of files) {
    try {
      for await (const line of createInterface({ input: createReadStream(path) })) {
        if (line.trim() !== '') counter.add(line);
      }
    } catch (cause) {
      throw new CliError((cause as Error).message, { cause });
    }
  }
  return counter.result();
}

const page = 1_000;

/** Of the newest events of the index, `limit` at most. */
export async function previewOfIndex(
  policy: Policy,
  range: Omit<PreviewOptions, 'policy' | 'json'>,
  { reader, now }: { readonly reader: DocumentReader; readonly now: number },
): Promise<Preview> {
  const counter = previewCounter(policy);
  const cluster =
    range.cluster === undefined ? [] : [{ term: { 'auditstream.cluster': range.cluster } }];
  const filter = [
    { term: { 'auditstream.source': 'kubernetes' } },
    ...cluster,
    ...timeFilters(range, now),
  ];
  let last: Hit | undefined;
  for (let read = 0; read < range.limit;) {
    const hits: readonly Hit[] = await reader.search('audit-events', {
      size: Math.min(page, range.limit - read),
      sort: [{ '@timestamp': 'desc' }, { 'event.id': 'desc' }],
      _source: ['event.original'],
      query: { bool: { filter } },
      ...(last === undefined ? {} : { search_after: last.sort }),
    });
    for (const { _source } of hits) counter.add(textAt(_source, 'event.original'));
    read += hits.length;
    last = hits.at(-1);
    if (hits.length < page) break;
  }
  return counter.result();
}

export function renderPreview({ events, bytes, saved, unreadable, rules }: Preview): string {
  if (events === 0) return 'There is no event to look at.';
  const head = ['RULE', 'LEVEL', 'EVENTS', 'SHARE', 'DROPPED', 'SAVED', 'EXAMPLES'];
  const table = renderTable(
    head,
    rules.map((row) => [
      ...[row.rule === null ? '-' : String(row.rule), row.level, String(row.events)],
      ...[percent(row.events, events), String(row.dropped), percent(row.saved, bytes)],
      row.examples.join(', '),
    ]),
  );
  const warnings = rules.flatMap(({ rule, warnings: about }) =>
    about.length === 0 ? [] : [`Rule ${rule ?? '-'} would drop ${printable(about.join(', '))}.`],
  );
  return [
    table,
    '',
    `${events} events, ${bytes} bytes; ${percent(saved, bytes)} of the bytes would not be kept.`,
    ...(unreadable === 0 ? [] : [`${unreadable} lines are no events, and were passed over.`]),
    ...(warnings.length === 0 ? [] : ['', 'Mind what investigations need:', ...warnings]),
  ].join('\n');
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`;
}
