/** One entry of the sources file. */
import { isMap, type Node, type YAMLMap } from 'yaml';
import { parseSilentAfter } from '../../domain/silent-after.ts';
import { type Source } from '../../domain/sources.ts';
import {
  claim,
  clusterField,
  type Entry,
  nameField,
  nodeAt,
  originField,
  requireText,
  silentAfterField,
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
  const own = { ...readName(entry), ...readSilentAfter(entry) };
  const rest = sourceKinds[kind].read(entry);
  if (cluster === undefined || origin === undefined || rest === undefined) return undefined;
  return { cluster, origin: origin === 'replay' ? 'replay' : 'live', ...own, ...rest };
}

/** A name that is wrong has been reported; the file is refused then, whatever this gives. */
function readName(entry: Entry): { readonly name?: string } {
  if (nodeAt(entry.node, nameField.key) === undefined) return {};
  const name = requireText(entry, nameField);
  if (name === undefined) return {};
  claim(entry, nameField.key, name);
  return { name };
}

/** As above: what is wrong has been reported. */
function readSilentAfter(entry: Entry): Pick<Source, 'silentAfter'> {
  if (nodeAt(entry.node, silentAfterField.key) === undefined) return {};
  const text = requireText(entry, silentAfterField);
  const silentAfter = text === undefined ? undefined : parseSilentAfter(text);
  return silentAfter === undefined ? {} : { silentAfter };
}

function refuseUnknownKeys(node: YAMLMap, kind: Kind, context: SourceContext): void {
  const known = ['kind', 'cluster', 'origin', 'name', 'silentAfter', ...sourceKinds[kind].keys];
  for (const { key } of node.items) {
    const text = textOf(key);
    if (text !== undefined && known.includes(text)) continue;
    const message = `unknown key ${text ?? ''}; ${kind} has ${known.join(', ')}`;
    context.report(key as Node, message);
  }
}
