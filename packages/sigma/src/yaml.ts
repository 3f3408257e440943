import {
  Alias,
  LineCounter,
  parseAllDocuments,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
  type Document,
  type Node,
} from 'yaml';
import { SigmaError, type SigmaErrorCode } from './error.ts';

/** The longest text that is read, in UTF-16 units; SigmaHQ's longest rule has a tenth of it. */
const maxLength = 256 * 1024;

/** How many aliases a document may have, and how often they may repeat an anchor, nested ones multiplied. */
const maxAliasCount = 100;

const nestsTooDeeply = 'it nests too deeply';

/** What a YAML scalar of the core schema holds; integers beyond 2^53 stay exact. */
export type ScalarValue = string | number | bigint | boolean | null;

export interface ScalarContent {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** As the file spells it, without quotes and escapes. */
  readonly text: string;
}

export type Content =
  | { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
  | { readonly kind: 'list'; readonly items: readonly Located[] }
  | ScalarContent;

/** A value of a rule together with its place in the file. */
export interface Located {
  /** RFC 6901 pointer from the document's root. */
  readonly path: string;
  /** Read when asked for, so that aliases which lead in a circle do no harm. */
  readonly content: () => Content;
  /** Describes a fault here; `offset` UTF-16 units further on where the text stands as written. */
  readonly error: (code: SigmaErrorCode, message: string, offset?: number) => SigmaError;
}

export interface MapEntry {
  readonly name: string;
  readonly key: Located;
  readonly value: Located;
}

interface Source {
  readonly text: string;
  readonly lines: LineCounter;
  readonly document: Document.Parsed;
}

/**
 * Reads a text that holds exactly one YAML 1.2 document (core schema). Throws a SigmaError where
 * the text is too long, is not YAML, holds several documents, or grows beyond measure by aliases.
 */
export function readDocument(text: string): Located {
  if (text.length > maxLength) {
    const message = `the rule has ${text.length} characters, ${maxLength} are allowed`;
    throw new SigmaError({ code: 'too-large', message, line: 1, column: 1, path: '' });
  }
  const lines = new LineCounter();
  const [document, second] = parseDocuments(text, lines);
  if (document === undefined) {
    const message = 'expected a rule, found an empty text';
    throw new SigmaError({ code: 'documents', message, line: 1, column: 1, path: '' });
  }
  const source: Source = { text, lines, document };
  if (second !== undefined) {
    const message = 'expected one rule, found several documents: pass them one by one';
    throw errorAt(source, { code: 'documents', message, path: '', start: second.range[0] });
  }
  checkDocument(source);
  return locate(source, document.contents, '');
}

function parseDocuments(text: string, lines: LineCounter): readonly Document.Parsed[] {
  try {
    const options = { lineCounter: lines, intAsBigInt: true, prettyErrors: false };
    const documents = parseAllDocuments(text, options);
    return Array.isArray(documents) ? documents : [];
  } catch (cause) {
    const message = `the text is not YAML that can be read: ${nestsTooDeeply}`;
    throw new SigmaError({ code: 'yaml', message, line: 1, column: 1, path: '', cause });
  }
}

function checkDocument(source: Source): void {
  const { document } = source;
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const reason = problem.message.includes('call stack') ? nestsTooDeeply : problem.message;
    const message = `the text is not YAML that can be read: ${reason}`;
    throw errorAt(source, { code: 'yaml', message, path: '', start: problem.pos[0] });
  }
  checkAliases(source);
}

function checkAliases(source: Source): void {
  let aliases = 0;
  visit(source.document, {
    Alias: (_key, alias) => {
      aliases += 1;
      // To resolve one goes through the document: many of them would take hours.
      if (aliases > maxAliasCount) throw tooManyAliases();
      if (alias.resolve(source.document) !== undefined) return;
      const message = `the alias '*${alias.source}' names no anchor before it`;
      throw errorAt(source, { code: 'yaml', message, path: '', start: alias.range?.[0] ?? 0 });
    },
  });
  try {
    source.document.toJS({ maxAliasCount });
  } catch (cause) {
    throw tooManyAliases(cause);
  }
}

function tooManyAliases(cause?: unknown): SigmaError {
  const message = `the aliases of the rule repeat more than ${maxAliasCount} times, or in a circle`;
  return new SigmaError({ code: 'too-large', message, line: 1, column: 1, path: '', cause });
}

function locate(source: Source, node: Node | null | undefined, path: string): Located {
  const target = node instanceof Alias ? node.resolve(source.document) : node;
  const start = node?.range?.[0] ?? 0;
  return {
    path,
    content: () => contentOf(source, target, path),
    error: (code, message, offset) =>
      errorAt(source, { code, message, path, start: start + shiftOf(source, target, offset) }),
  };
}

function contentOf(source: Source, node: Node | null | undefined, path: string): Content {
  if (node instanceof YAMLMap) {
    return { kind: 'map', entries: node.items.map((pair) => entryOf(source, pair, path)) };
  }
  if (node instanceof YAMLSeq) {
    const items = node.items as readonly Node[];
    return { kind: 'list', items: items.map((item, i) => locate(source, item, `${path}/${i}`)) };
  }
  const value = node instanceof Scalar ? (node.value as ScalarValue) : null;
  const text = node instanceof Scalar ? (node.source ?? String(node.value)) : '';
  return { kind: 'scalar', value, text };
}

function entryOf(source: Source, pair: { key: unknown; value: unknown }, path: string): MapEntry {
  const name = nameOf(locate(source, pair.key as Node | null, path));
  const pointer = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return {
    name,
    key: locate(source, pair.key as Node | null, pointer),
    value: locate(source, (pair.value ?? pair.key) as Node | null, pointer),
  };
}

function nameOf(key: Located): string {
  const content = key.content();
  if (content.kind !== 'scalar') throw key.error('type', 'expected a name, found a list or a map');
  if (content.text === '<<') {
    throw key.error('unsupported', "YAML merge keys ('<<') are not supported: write the lines out");
  }
  return content.text;
}

/** An offset inside a scalar is known only where it is written on one line without escapes. */
function shiftOf(
  source: Source,
  node: Node | null | undefined,
  offset: number | undefined,
): number {
  if (offset === undefined) return 0;
  if (!(node instanceof Scalar) || typeof node.value !== 'string' || !node.range) return 0;
  const written = source.text.slice(node.range[0], node.range[1]);
  const quoted = written.startsWith("'") || written.startsWith('"') ? 1 : 0;
  return written.startsWith(node.value, quoted) ? quoted + offset : 0;
}

interface Fault {
  readonly code: SigmaErrorCode;
  readonly message: string;
  readonly path: string;
  /** UTF-16 units from the start of the text. */
  readonly start: number;
}

function errorAt(source: Source, fault: Fault): SigmaError {
  const { line, col } = source.lines.linePos(fault.start);
  const { code, message, path } = fault;
  return new SigmaError({ code, message, path, line, column: col });
}
