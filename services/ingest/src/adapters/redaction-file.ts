/** Reads the file that adds to redaction; docs/redaction.md describes it. */
import { readFile } from 'node:fs/promises';
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import {
  type ConfiguredPath,
  defaultPolicy,
  parsePath,
  type RedactionPolicy,
} from '@auditstream/item/redact/policy';
import { type FileProblem, problemsText, readYaml, type Report } from './yaml-file.ts';

/** The file can't be used. The message has every problem, each as `file:line:column: what is wrong`. */
export class RedactionFileError extends Error {
  override readonly name = 'RedactionFileError';
  readonly code = 'bad-redaction-file';
  readonly retryable = false;
  readonly problems: readonly FileProblem[];

  constructor(path: string, problems: readonly FileProblem[]) {
    super(`The redaction file cannot be used: ${problemsText(path, problems)}`);
    this.problems = problems;
  }
}

/**
 * Reads what is redacted beyond what always is; the defaults where no file is named.
 * @throws RedactionFileError; or what reading the file throws
 */
export async function readRedaction(path: string | null): Promise<RedactionPolicy> {
  return path === null ? defaultPolicy : parseRedaction(path, await readFile(path, 'utf8'));
}

/** @throws RedactionFileError */
export function parseRedaction(path: string, text: string): RedactionPolicy {
  const { value, problems } = readYaml(text, readPolicy);
  if (value === undefined || problems.length > 0) throw new RedactionFileError(path, problems);
  return value;
}

function readPolicy(root: Node | null, report: Report): RedactionPolicy {
  if (!isMap(root)) {
    report(root, 'expected execArguments, paths, or both');
    return defaultPolicy;
  }
  refuseUnknownKeys(root, ['execArguments', 'paths'], report);
  return { execArguments: readExecArguments(root, report), paths: readPaths(root, report) };
}

function readExecArguments(root: YAMLMap, report: Report): RedactionPolicy['execArguments'] {
  if (!root.has('execArguments')) return defaultPolicy.execArguments;
  const text = textAt(root, 'execArguments');
  if (text === 'mask' || text === 'drop') return text;
  report(root.get('execArguments', true), 'execArguments: expected mask or drop');
  return defaultPolicy.execArguments;
}

function readPaths(root: YAMLMap, report: Report): readonly ConfiguredPath[] {
  if (!root.has('paths')) return defaultPolicy.paths;
  const list = root.get('paths', true);
  if (!isSeq(list)) {
    report(list, 'paths: expected a list');
    return defaultPolicy.paths;
  }
  return list.items.flatMap((entry) => readPath(entry as Node, report) ?? []);
}

const resourceName = /^(?:\*|(?:[a-z0-9.-]+\/)?[a-z0-9.-]+)$/;

function readPath(entry: Node, report: Report): ConfiguredPath | undefined {
  if (!isMap(entry)) {
    report(entry, 'expected a resource and a path');
    return undefined;
  }
  refuseUnknownKeys(entry, ['resource', 'path'], report);
  const resource = textAt(entry, 'resource');
  const steps = parsePath(textAt(entry, 'path') ?? '');
  const isResource = resource !== undefined && resourceName.test(resource);
  if (!isResource) {
    const message = 'resource: expected group/resource (without a group: secrets), or * for all';
    report(entry.get('resource', true) ?? entry, message);
  }
  if (steps === undefined) {
    const message = 'path: expected one as spec.users[].connection';
    report(entry.get('path', true) ?? entry, message);
  }
  return isResource && steps !== undefined ? { resource, steps } : undefined;
}

function refuseUnknownKeys(map: YAMLMap, known: readonly string[], report: Report): void {
  for (const { key } of map.items) {
    const text = isScalar(key) ? String(key.value) : '';
    if (known.includes(text)) continue;
    report(key as Node, `unknown key ${text}; there are ${known.join(' and ')}`);
  }
}

function textAt(map: YAMLMap, key: string): string | undefined {
  const node = map.get(key, true);
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}
