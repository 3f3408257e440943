/** Reads YAML that people write: every problem is told with its place. */
import { LineCounter, type Node, parseDocument } from 'yaml';

export interface FileProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type Report = (at: Node | null | undefined, message: string) => void;

export interface ReadYaml<T> {
  /** Undefined where the text is no YAML. */
  readonly value: T | undefined;
  readonly problems: readonly FileProblem[];
}

/** In the failsafe schema every scalar is text: a digest of digits only is no number. */
export function readYaml<T>(
  text: string,
  read: (root: Node | null, report: Report) => T,
): ReadYaml<T> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, schema: 'failsafe', prettyErrors: false });
  const problems: FileProblem[] = [];
  const reportAt = (offset: number, message: string): void => {
    const { line, col } = lineCounter.linePos(offset);
    problems.push({ line, column: col, message });
  };
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    reportAt(pos[0], message);
  }
  if (problems.length > 0) return { value: undefined, problems };
  const value = read(document.contents, (node, message) => {
    reportAt(node?.range?.[0] ?? 0, message);
  });
  return { value, problems };
}

/** Each problem as `file:line:column: what is wrong`. */
export function problemsText(path: string, problems: readonly FileProblem[]): string {
  return problems
    .map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`)
    .join('; ');
}
