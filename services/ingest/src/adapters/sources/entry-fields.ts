/** What the entries of the sources file have in common: texts and paths under keys, and how to complain. */
import { resolve } from 'node:path';
import { isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { parseSilentAfter } from '../../domain/silent-after.ts';
import { isClusterName } from '../../domain/sources.ts';

export interface SourceContext {
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly report: (at: Node | null | undefined, message: string) => void;
  /** False where the same has been claimed before. */
  readonly claim: (identity: string) => boolean;
}

export interface Entry {
  readonly node: YAMLMap;
  readonly context: SourceContext;
}

/** A text under a key; `expected` ends the sentence that says what is wrong with another one. */
export interface TextField {
  readonly key: string;
  readonly expected: string;
  readonly test: (text: string) => boolean;
}

export const clusterField: TextField = {
  key: 'cluster',
  expected:
    "a name of letters, digits, '.', '_' and '-', with a letter or digit at both ends, at most 253",
  test: isClusterName,
};
export const nameField: TextField = {
  key: 'name',
  expected: clusterField.expected,
  test: isClusterName,
};
export const silentAfterField: TextField = {
  key: 'silentAfter',
  expected: 'never, or a duration from 10s to 366d such as 90s, 15m, 2h or 7d',
  test: (text) => parseSilentAfter(text) !== undefined,
};
export const originField: TextField = {
  key: 'origin',
  expected: 'live or replay',
  test: (text) => text === 'live' || text === 'replay',
};

export function isPath(text: string): boolean {
  return text.trim() !== '' && !text.includes('\0');
}

/** @returns undefined where it is missing or wrong, which has been reported */
export function requireText({ node, context }: Entry, field: TextField): string | undefined {
  const text = textAt(node, field.key);
  if (text !== undefined && field.test(text)) return text;
  context.report(nodeAt(node, field.key) ?? node, `${field.key}: expected ${field.expected}`);
  return undefined;
}

/**
 * The texts under a key: one, or a list of at least one. None where the key is missing.
 * @returns undefined where something is wrong, which has been reported
 */
export function optionalTexts(
  { node, context }: Entry,
  field: TextField,
): readonly string[] | undefined {
  const given = nodeAt(node, field.key);
  if (given === undefined) return [];
  const texts = isSeq(given) ? given.items.map((item) => textOf(item)) : [textOf(given)];
  const right = texts.filter((text) => text !== undefined && field.test(text)) as string[];
  if (right.length > 0 && right.length === texts.length) return right;
  context.report(given, `${field.key}: expected ${field.expected}, or a list of such`);
  return undefined;
}

/** A list of paths that no other source has, absolute. @returns undefined where something is wrong */
export function requirePaths(entry: Entry, key: string): readonly string[] | undefined {
  const { node, context } = entry;
  const list = nodeAt(node, key);
  const paths = isSeq(list) ? list.items.map((item) => textOf(item)) : [];
  const given = paths.filter((path) => path !== undefined && isPath(path)) as readonly string[];
  if (given.length === 0 || given.length < paths.length) {
    context.report(list ?? node, `${key}: expected a list of paths`);
    return undefined;
  }
  const files = given.map((path) => resolve(context.folder, path));
  for (const file of files) claim(entry, key, file);
  return files;
}

/** Two sources with one token would be one cluster's or the other's; two readers of one file, repeats. */
export function claim({ node, context }: Entry, key: string, value: string): void {
  if (context.claim(`${key} ${value}`)) return;
  context.report(nodeAt(node, key), `${key}: the same has been given before`);
}

export function nodeAt(node: YAMLMap, key: string): Node | undefined {
  return node.get(key, true);
}

export function textAt(node: YAMLMap, key: string): string | undefined {
  return textOf(node.get(key, true));
}

export function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}
