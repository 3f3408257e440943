import { deadLetterFields } from './dead-letter-fields.ts';
import { detectionFields } from './detection-fields.ts';
import { eventFields } from './event-fields.ts';
import { type Field, type FieldAlias, type FieldType } from './fields.ts';
import { kubernetesAliases } from './kubernetes-fields.ts';
import { repeatFields } from './repeat-fields.ts';

/** A kind of document, as templates and docs see it. */
export interface DocumentKind {
  /** Name of the template, and the beginning of the indices' names. */
  readonly template: string;
  readonly title: string;
  /** Alias of all indices of the kind; null where there is none. */
  readonly alias: string | null;
  readonly fields: readonly Omit<Field<never>, 'read'>[];
  readonly aliases: readonly FieldAlias[];
}

export const documentKinds: readonly DocumentKind[] = [
  {
    template: 'audit-events',
    title: 'Events',
    alias: 'audit-events',
    fields: eventFields,
    aliases: kubernetesAliases,
  },
  {
    template: 'audit-detections',
    title: 'Detections',
    alias: 'audit-detections',
    fields: detectionFields,
    aliases: [],
  },
  {
    template: 'audit-dead-letters',
    title: 'Dead letters',
    alias: 'audit-dead-letters',
    fields: deadLetterFields,
    aliases: [],
  },
  {
    template: 'audit-repeats',
    title: 'Repeats',
    alias: null,
    fields: repeatFields,
    aliases: [],
  },
];

const settings = {
  'index.number_of_shards': 1,
  'index.auto_expand_replicas': '0-1',
  'index.refresh_interval': '1s',
  'index.codec': 'best_compression',
  'index.mapping.ignore_malformed': true,
} as const;

type Property = Readonly<Record<string, unknown>>;

const properties: Readonly<Record<FieldType, Property>> = {
  keyword: { type: 'keyword', ignore_above: 1_024 },
  'long-keyword': { type: 'keyword', ignore_above: 8_192 },
  stored: { type: 'keyword', index: false, doc_values: false },
  text: { type: 'text' },
  date: { type: 'date' },
  'date-nanos': { type: 'date_nanos' },
  ip: { type: 'ip' },
  integer: { type: 'integer' },
  long: { type: 'long' },
};

/**
 * The index templates as OpenSearch takes them (`PUT _index_template/<file name without .json>`).
 *
 * @returns content by path from the root of the repository
 */
export function renderTemplates(): Map<string, string> {
  return new Map(
    documentKinds.map((kind) => [
      `infra/opensearch/templates/${kind.template}.json`,
      `${JSON.stringify(templateOf(kind), null, 2)}\n`,
    ]),
  );
}

function templateOf(kind: DocumentKind): object {
  return {
    index_patterns: [`${kind.template}-*`],
    priority: 200,
    template: {
      settings,
      mappings: { dynamic: false, properties: propertiesOf(kind) },
      ...(kind.alias === null ? {} : { aliases: { [kind.alias]: {} } }),
    },
  };
}

interface PropertyTree {
  [name: string]: { properties: PropertyTree } | Property;
}

function propertiesOf({ fields, aliases }: DocumentKind): PropertyTree {
  const tree: PropertyTree = {};
  for (const { name, type } of fields) putProperty(tree, name, properties[type]);
  for (const { name, path } of aliases) putProperty(tree, name, { type: 'alias', path });
  return tree;
}

/** @throws where a name is both a field and the beginning of another: OpenSearch can't have both */
function putProperty(tree: PropertyTree, name: string, property: Property): void {
  const path = name.split('.');
  const leaf = path.pop() ?? name;
  let at = tree;
  for (const part of path) {
    const node = (at[part] ??= { properties: {} }) as { properties?: PropertyTree };
    if (node.properties === undefined) throw new Error(`${name} lies below another field.`);
    at = node.properties;
  }
  if (leaf in at) throw new Error(`${name} is defined twice, or lies above another field.`);
  at[leaf] = property;
}
