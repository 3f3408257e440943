/** What could not be processed: found, shown, and opened by those who hold the key. */
import { open } from 'node:fs/promises';
import { type Unseal } from '../adapters/age.ts';
import { type DocumentReader, type Hit, type Json } from '../adapters/opensearch.ts';
import { CliError } from '../errors.ts';
import { textAt, valueAt } from '../view/fields.ts';
import { printable, printableLines } from '../view/printable.ts';
import { limitNote, renderTable } from '../view/table.ts';
import { timeFilters, type TimeRangeOptions } from './time-range.ts';

export interface LetterListOptions extends TimeRangeOptions {
  readonly reason?: string;
  readonly service?: string;
  readonly cluster?: string;
  readonly limit: number;
  readonly json: boolean;
}

const index = 'audit-dead-letters';
const newestFirst = [{ '@timestamp': 'desc' }, { 'event.id': 'desc' }] as const;
const sealedField = 'auditstream.dead_letter.sealed_base64';
const payloadField = 'auditstream.dead_letter.payload_base64';
/** They may be megabytes, and a sealed one says nothing. */
const withoutBytes = { _source: { excludes: [sealedField, payloadField] } };

/** The newest dead letters, as a table or as one JSON document a line. */
export async function listDeadLetters(
  options: LetterListOptions,
  { reader, now }: { readonly reader: DocumentReader; readonly now: number },
): Promise<string> {
  const hits = await reader.search(index, {
    ...withoutBytes,
    size: options.limit,
    sort: newestFirst,
    query: { bool: { filter: filtersOf(options, now) } },
  });
  if (options.json) return hits.map(jsonLine).join('\n');
  if (hits.length === 0) return 'No dead letter was found.';
  const head = ['TIME', 'SERVICE', 'CLUSTER', 'REASON', 'BYTES', 'SEALED', 'ID', 'WHY'];
  return `${renderTable(head, hits.map(rowOf))}${limitNote(hits.length, options.limit)}`;
}

/**
 * One dead letter, without its bytes.
 * @throws CliError with exit code 1 where there is none of that id
 */
export async function showDeadLetter(
  id: string,
  options: { readonly json: boolean },
  reader: DocumentReader,
): Promise<string> {
  const hit = await find(id, reader, withoutBytes);
  if (options.json) return jsonLine(hit);
  const sentence = printable(textAt(hit._source, 'error.message'));
  return [sentence, '', printableLines(JSON.stringify(hit._source, null, 2))].join('\n');
}

export interface OpenOptions {
  readonly identity?: string;
  readonly output?: string;
}

export interface OpenPorts {
  readonly reader: DocumentReader;
  readonly unseal: Unseal;
  readonly output: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
}

/**
 * Gives out the bytes of a dead letter: those of an item, which are sealed, or those of a record.
 * @throws CliError with exit code 1 where it has none
 */
export async function openDeadLetter(
  id: string,
  options: OpenOptions,
  ports: OpenPorts,
): Promise<void> {
  if (options.output === undefined && ports.output.isTTY) {
    throw new CliError(
      'The bytes are what somebody sent, and may move the cursor: name a file with -o, or pipe them on.',
    );
  }
  const bytes = await bytesOf(id, options, ports);
  if (options.output !== undefined) await writeNew(options.output, bytes);
  else await new Promise((resolve) => ports.output.write(bytes, resolve));
}

async function bytesOf(id: string, options: OpenOptions, ports: OpenPorts): Promise<Buffer> {
  const { _source } = await find(id, ports.reader, {});
  const payload = valueAt(_source, payloadField);
  if (typeof payload === 'string') return Buffer.from(payload, 'base64');
  const sealed = valueAt(_source, sealedField);
  if (typeof sealed !== 'string') {
    throw new CliError(
      `Dead letter ${id} has no bytes: ingest had no public key when it was written (AUDITSTREAM_DEAD_LETTER_RECIPIENTS_FILE), or they were too many.`,
      { exitCode: 1 },
    );
  }
  if (options.identity === undefined) {
    throw new CliError('Its bytes are sealed: name the file of the private key with --identity.');
  }
  return ports.unseal(Buffer.from(sealed, 'base64'), options.identity);
}

/** For the owner alone, and never over another file. */
async function writeNew(path: string, bytes: Buffer): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(bytes).finally(() => file.close());
  } catch (cause) {
    throw new CliError(`${path} cannot be written as a new file.`, { cause });
  }
}

async function find(id: string, reader: DocumentReader, fields: Json): Promise<Hit> {
  const query = { ...fields, size: 1, query: { term: { _id: id } } };
  const [hit] = await reader.search(index, query);
  if (hit !== undefined) return hit;
  const message = `There is no dead letter ${id}: 'auditstream dead-letters list' names them.`;
  throw new CliError(message, { exitCode: 1 });
}

function filtersOf(options: LetterListOptions, now: number): readonly Json[] {
  const terms: Readonly<Record<string, string | undefined>> = {
    'error.code': options.reason,
    'service.name': options.service,
    'auditstream.cluster': options.cluster,
  };
  return [
    ...Object.entries(terms).flatMap(([name, value]) =>
      value === undefined ? [] : [{ term: { [name]: value } }],
    ),
    ...timeFilters(options, now),
  ];
}

function rowOf({ _source: letter }: Hit): readonly string[] {
  const sealedTo = valueAt(letter, 'auditstream.dead_letter.sealed_to');
  return [
    textAt(letter, '@timestamp'),
    textAt(letter, 'service.name'),
    textAt(letter, 'auditstream.cluster'),
    textAt(letter, 'error.code'),
    String(valueAt(letter, 'auditstream.dead_letter.size')),
    Array.isArray(sealedTo) ? 'yes' : 'no',
    textAt(letter, 'event.id'),
    textAt(letter, 'error.message'),
  ].map(printable);
}

function jsonLine({ _source }: Hit): string {
  return printable(JSON.stringify(_source));
}
