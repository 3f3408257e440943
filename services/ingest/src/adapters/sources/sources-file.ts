/** Reads the file that lists the sources; docs/ingest.md describes it. */
import { dirname } from 'node:path';
import { isMap, isSeq, type Node } from 'yaml';
import { type Source } from '../../domain/sources.ts';
import { type FileProblem, problemsText, readYaml, type Report } from '../yaml-file.ts';
import { type SourceContext } from './entry-fields.ts';
import { readSource } from './source-entry.ts';

/** The file can't be used. The message has every problem, each as `file:line:column: what is wrong`. */
export class SourcesFileError extends Error {
  override readonly name = 'SourcesFileError';
  readonly code = 'bad-sources-file';
  readonly retryable = false;
  readonly problems: readonly FileProblem[];

  constructor(path: string, problems: readonly FileProblem[]) {
    super(`The sources file cannot be used: ${problemsText(path, problems)}`);
    this.problems = problems;
  }
}

/**
 * The sources in the text of a file at `path`, from whose folder relative paths in it start.
 * @throws SourcesFileError
 */
export function parseSources(path: string, text: string): readonly Source[] {
  const { value, problems } = readYaml(text, (root, report) =>
    readList(root, createContext(path, report)),
  );
  if (value === undefined || problems.length > 0) throw new SourcesFileError(path, problems);
  return value;
}

function createContext(path: string, report: Report): SourceContext {
  const claimed = new Set<string>();
  return {
    folder: dirname(path),
    report,
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
