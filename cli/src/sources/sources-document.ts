/** Edits the sources file; comments, order and what is not known here stay as they are. */
import { isMap, isSeq, parseDocument, type Document, type YAMLMap, type YAMLSeq } from 'yaml';
import { CliError } from '../errors.ts';

/** An entry of the file, as far as it is known here. */
export interface SourceEntry {
  readonly kind: string;
  readonly cluster: string;
  readonly origin: string;
  /** All keys and values besides those three. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export interface SourceSelector {
  readonly cluster: string;
  /** Any kind where it is not given. */
  readonly kind?: string | undefined;
}

const preamble = `# The audit trails that ingest takes in; docs/ingest.md describes every kind of source.
`;

/** @throws CliError where the text is no sources file */
export function entriesOf(path: string, text: string): readonly SourceEntry[] {
  return mapsOf(listOf(read(path, text), path)).map(entryOf);
}

/** @param text null where there is no file yet */
export function withEntry(
  path: string,
  text: string | null,
  entry: Readonly<Record<string, unknown>>,
): string {
  const document = read(path, text ?? `${preamble}sources: []\n`);
  const list = listOf(document, path);
  list.flow = false;
  list.add(document.createNode(entry));
  return print(document);
}

/** @throws CliError where none fits, or nothing would be left */
export function withoutEntries(path: string, text: string, selector: SourceSelector): string {
  const document = read(path, text);
  const list = listOf(document, path);
  const kept = list.items.filter((item) => !(isMap(item) && fits(entryOf(item), selector)));
  if (kept.length === list.items.length) throw nothingFits(path, selector);
  if (kept.length === 0) {
    throw new CliError(
      `${path} would list no source at all, and ingest needs one: stop it instead.`,
    );
  }
  list.items = kept;
  return print(document);
}

/**
 * Puts values under a key of the one entry that fits: a text where there is one value, else a list.
 * @throws CliError where none or several fit
 */
export function withValues(
  path: string,
  text: string,
  change: {
    readonly selector: SourceSelector;
    readonly key: string;
    readonly values: readonly string[];
  },
): string {
  const { selector, key, values } = change;
  const document = read(path, text);
  const [entry, ...others] = mapsOf(listOf(document, path)).filter((map) =>
    fits(entryOf(map), selector),
  );
  if (entry === undefined) throw nothingFits(path, selector);
  if (others.length > 0) {
    throw new CliError(
      `${path} has more than one ${selector.kind ?? 'source'} of ${selector.cluster}.`,
    );
  }
  entry.set(key, values.length === 1 ? values[0] : document.createNode(values));
  return print(document);
}

export function fits(entry: SourceEntry, { cluster, kind }: SourceSelector): boolean {
  return entry.cluster === cluster && (kind === undefined || entry.kind === kind);
}

/** The values under a key: one text, or a list of them. */
export function valuesOf(entry: SourceEntry, key: string): readonly string[] {
  const value = entry.rest[key];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((some) => typeof some === 'string');
}

// In the failsafe schema every scalar is text: a digest of digits only is no number.
function read(path: string, text: string): Document.Parsed {
  const document = parseDocument(text, { schema: 'failsafe' });
  const [error] = document.errors;
  if (error !== undefined) throw new CliError(`${path} cannot be read: ${error.message}`);
  return document;
}

function listOf(document: Document.Parsed, path: string): YAMLSeq {
  const list = document.get('sources', true);
  if (isSeq(list)) return list;
  throw new CliError(`${path} has no list of sources: see docs/ingest.md, "Sources".`);
}

function mapsOf(list: YAMLSeq): readonly YAMLMap[] {
  return list.items.filter((item) => isMap(item));
}

function entryOf(map: YAMLMap): SourceEntry {
  const { kind, cluster, origin, ...rest } = map.toJSON() as Record<string, unknown>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { kind: text(kind), cluster: text(cluster), origin: text(origin) || 'live', rest };
}

function nothingFits(path: string, { cluster, kind }: SourceSelector): CliError {
  const what = kind ?? 'source';
  return new CliError(`${path} has no ${what} of ${cluster}: 'auditstream source list' shows all.`);
}

function print(document: Document): string {
  return document.toString({ lineWidth: 0 });
}
