/** One entry of the sources file. */
import { resolve } from 'node:path';
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { isClusterName, type Source } from '../domain/sources.ts';

export interface SourceContext {
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly report: (at: Node | null | undefined, message: string) => void;
  /** False where the same has been claimed before. */
  readonly claim: (identity: string) => boolean;
}

type Kind = Source['kind'];

const keysOf: Readonly<Record<Kind, readonly string[]>> = {
  'kubernetes-webhook': ['kind', 'cluster', 'origin', 'tokenSha256'],
  'kubernetes-log': ['kind', 'cluster', 'origin', 'files'],
  'docker-engine': ['kind', 'cluster', 'origin', 'socket'],
};
const kinds = Object.keys(keysOf) as readonly Kind[];

/** @returns undefined where something is wrong, which has been reported */
export function readSource(node: Node, context: SourceContext): Source | undefined {
  if (!isMap(node)) {
    context.report(node, 'expected a source: kind, cluster, and what the kind needs');
    return undefined;
  }
  const kind = kinds.find((known) => known === textAt(node, 'kind'));
  if (kind === undefined) {
    context.report(nodeAt(node, 'kind') ?? node, `kind: expected one of ${kinds.join(', ')}`);
    return undefined;
  }
  refuseUnknownKeys(node, kind, context);
  const entry = { node, context };
  const cluster = requireText(entry, clusterField);
  const origin = nodeAt(node, 'origin') === undefined ? 'live' : requireText(entry, originField);
  const rest = readRest(kind, entry);
  if (cluster === undefined || origin === undefined || rest === undefined) return undefined;
  return { cluster, origin: origin === 'replay' ? 'replay' : 'live', ...rest };
}

interface Entry {
  readonly node: YAMLMap;
  readonly context: SourceContext;
}

type Rest<S> = S extends Source ? Omit<S, 'cluster' | 'origin'> : never;

/** What only this kind has. */
function readRest(kind: Kind, entry: Entry): Rest<Source> | undefined {
  switch (kind) {
    case 'kubernetes-webhook': {
      const tokenSha256 = requireText(entry, digestField)?.toLowerCase();
      if (tokenSha256 === undefined) return undefined;
      claim(entry, 'tokenSha256', tokenSha256);
      return { kind, tokenSha256 };
    }
    case 'kubernetes-log': {
      const files = requirePaths(entry);
      return files && { kind, files };
    }
    case 'docker-engine': {
      const path = requireText(entry, socketField);
      if (path === undefined) return undefined;
      const socket = resolve(entry.context.folder, path);
      claim(entry, 'socket', socket);
      return { kind, socket };
    }
  }
}

interface TextField {
  readonly key: string;
  readonly expected: string;
  readonly test: (text: string) => boolean;
}

const clusterField: TextField = {
  key: 'cluster',
  expected:
    "a name of letters, digits, '.', '_' and '-', with a letter or digit at both ends, at most 253",
  test: isClusterName,
};
const originField: TextField = {
  key: 'origin',
  expected: 'live or replay',
  test: (text) => text === 'live' || text === 'replay',
};
const digestField: TextField = {
  key: 'tokenSha256',
  expected: '64 hex digits, the SHA-256 of the token',
  test: (text) => /^[0-9a-f]{64}$/i.test(text),
};
const socketField: TextField = {
  key: 'socket',
  expected: "the path of the engine's unix socket",
  test: isPath,
};

function isPath(text: string): boolean {
  return text.trim() !== '' && !text.includes('\0');
}

function requireText({ node, context }: Entry, field: TextField): string | undefined {
  const text = textAt(node, field.key);
  if (text !== undefined && field.test(text)) return text;
  context.report(nodeAt(node, field.key) ?? node, `${field.key}: expected ${field.expected}`);
  return undefined;
}

function requirePaths({ node, context }: Entry): readonly string[] | undefined {
  const list = nodeAt(node, 'files');
  const paths = isSeq(list) ? list.items.map((item) => textOf(item)) : [];
  const given = paths.filter((path) => path !== undefined && isPath(path)) as readonly string[];
  if (given.length === 0 || given.length < paths.length) {
    context.report(list ?? node, 'files: expected a list of paths');
    return undefined;
  }
  const files = given.map((path) => resolve(context.folder, path));
  for (const file of files) claim({ node, context }, 'files', file);
  return files;
}

/** Two sources with one token would be one cluster's or the other's; two readers of one file, repeats. */
function claim({ node, context }: Entry, key: string, value: string): void {
  if (context.claim(`${key} ${value}`)) return;
  context.report(nodeAt(node, key), `${key}: the same has been given before`);
}

function refuseUnknownKeys(node: YAMLMap, kind: Kind, context: SourceContext): void {
  for (const { key } of node.items) {
    const text = textOf(key);
    if (text !== undefined && keysOf[kind].includes(text)) continue;
    const message = `unknown key ${text ?? ''}; ${kind} has ${keysOf[kind].join(', ')}`;
    context.report(key as Node, message);
  }
}

function nodeAt(node: YAMLMap, key: string): Node | undefined {
  return node.get(key, true);
}

function textAt(node: YAMLMap, key: string): string | undefined {
  return textOf(node.get(key, true));
}

function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}
