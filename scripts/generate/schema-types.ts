import { type AvroSchema, type NamedSchema, isUnion } from './avro-schema.ts';

const primitives: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  string: 'string',
};

/** Renders the TypeScript type that avsc reads and writes for a named schema. */
export function renderType(schema: NamedSchema): string {
  const doc = schema.doc === undefined ? '' : `/** ${schema.doc} */\n`;
  if (schema.type === 'enum') {
    const symbols = schema.symbols.map((s) => `'${s}'`);
    return `${doc}export type ${schema.name} = ${symbols.join(' | ')};\n`;
  }
  const fields = schema.fields.map(
    (f) => `  /** ${f.doc ?? ''} */\n  readonly ${f.name}: ${typeOf(f.type)};\n`,
  );
  return `${doc}export interface ${schema.name} {\n${fields.join('')}}\n`;
}

function typeOf(schema: AvroSchema): string {
  if (typeof schema === 'string') return primitives[schema] ?? localName(schema);
  if (isUnion(schema)) return schema.map(typeOf).join(' | ');
  switch (schema.type) {
    case 'array':
      return `readonly ${wrap(typeOf(schema.items))}[]`;
    case 'map':
      return `Readonly<Record<string, ${typeOf(schema.values)}>>`;
    case 'int':
    case 'long':
      return 'number';
    case 'record':
    case 'enum':
      return schema.name;
  }
}

function wrap(type: string): string {
  return type.includes(' ') ? `(${type})` : type;
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
