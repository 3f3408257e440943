/** Reads the file that lists the sources; docs/ingest.md describes it. */
import { dirname } from 'node:path';
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Source } from '../../domain/sources.ts';
import { type SourceContext } from './entry-fields.ts';
import { readSource } from './source-entry.ts';

export interface SourceProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The file can't be used. The message has every problem, each as `file:line:column: what is wrong`. */
export class SourcesFileError extends Error {
  override readonly name = 'SourcesFileError';
  readonly code = 'bad-sources-file';
  readonly retryable = false;
  readonly problems: readonly SourceProblem[];

  constructor(path: string, problems: readonly SourceProblem[]) {
    const lines = problems.map(
      ({ line, column, message }) => `${path}:${line}:${column}: ${message}`,
    );
    super(`The sources file cannot be used: ${lines.join('; ')}`);
    this.problems = problems;
  }
}

/**
 * The sources in the text of a file at `path`, from whose folder relative paths in it start.
 * @throws SourcesFileError
 */
export function parseSources(path: string, text: string): readonly Source[] {
  const lineCounter = new LineCounter();
  // In the failsafe schema every scalar is text: a digest of digits only is no number.
  const document = parseDocument(text, { lineCounter, schema: 'failsafe', prettyErrors: false });
  const problems: SourceProblem[] = [];
  const report = (offset: number, message: string): void => {
    const { line, col } = lineCounter.linePos(offset);
    problems.push({ line, column: col, message });
  };
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    report(pos[0], message);
  }
  const sources =
    problems.length > 0 ? [] : readList(document.contents, createContext(path, report));
  if (problems.length > 0) throw new SourcesFileError(path, problems);
  return sources;
}

function createContext(
  path: string,
  report: (offset: number, message: string) => void,
): SourceContext {
  const claimed = new Set<string>();
  return {
    folder: dirname(path),
    report: (node, message) => {
      report(node?.range?.[0] ?? 0, message);
    },
    claim: (identity) => {
      const isNew = !claimed.has(identity);
      claimed.add(identity);
      return isNew;
    },
  };
}

function readList(root: Node | null, context: SourceContext): readonly Source[] {
  const list = isMap(root) ? root.get('sources', true) : undefined;
  const isAlone = isMap(root) && root.items.length === 1;
  if (!isSeq(list) || !isAlone || list.items.length === 0) {
    context.report(root, 'expected one key, sources, with a list of at least one source');
    return [];
  }
  return list.items.flatMap((entry) => readSource(entry as Node, context) ?? []);
}
