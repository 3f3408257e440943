/** One entry of the sources file. */
import { isMap, type Node, type YAMLMap } from 'yaml';
import { type Source } from '../../domain/sources.ts';
import {
  claim,
  clusterField,
  type Entry,
  nameField,
  nodeAt,
  originField,
  requireText,
  type SourceContext,
  textAt,
  textOf,
} from './entry-fields.ts';
import { sourceKinds } from './source-kinds.ts';

type Kind = Source['kind'];

const kinds = Object.keys(sourceKinds) as readonly Kind[];

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
  const name = readName(entry);
  const rest = sourceKinds[kind].read(entry);
  if (cluster === undefined || origin === undefined || rest === undefined) return undefined;
  return { cluster, origin: origin === 'replay' ? 'replay' : 'live', ...name, ...rest };
}

/** A name that is wrong has been reported; the file is refused then, whatever this gives. */
function readName(entry: Entry): { readonly name?: string } {
  if (nodeAt(entry.node, nameField.key) === undefined) return {};
  const name = requireText(entry, nameField);
  if (name === undefined) return {};
  claim(entry, nameField.key, name);
  return { name };
}

function refuseUnknownKeys(node: YAMLMap, kind: Kind, context: SourceContext): void {
  const known = ['kind', 'cluster', 'origin', 'name', ...sourceKinds[kind].keys];
  for (const { key } of node.items) {
    const text = textOf(key);
    if (text !== undefined && known.includes(text)) continue;
    const message = `unknown key ${text ?? ''}; ${kind} has ${known.join(', ')}`;
    context.report(key as Node, message);
  }
}
