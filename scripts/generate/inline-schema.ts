import { type AvroSchema, type NamedSchema, fullName, isUnion } from './avro-schema.ts';

/**
 * Writes every named schema out where it is first used, so that a schema can be registered alone.
 * Later uses stay references, as Avro demands (specification, "Names").
 *
 * @param root full name of the schema to write out
 * @param named all schemas by full name
 * @throws Error for a reference to a name that no schema has
 */
export function inlineSchema(root: string, named: ReadonlyMap<string, NamedSchema>): AvroSchema {
  const written = new Set<string>();
  return expand(root);

  function expand(schema: AvroSchema): AvroSchema {
    if (typeof schema === 'string') return expandName(schema);
    if (isUnion(schema)) return schema.map(expand);
    switch (schema.type) {
      case 'record':
        written.add(fullName(schema));
        return { ...schema, fields: schema.fields.map((f) => ({ ...f, type: expand(f.type) })) };
      case 'enum':
        written.add(fullName(schema));
        return schema;
      case 'array':
        return { type: 'array', items: expand(schema.items) };
      case 'map':
        return { type: 'map', values: expand(schema.values) };
      case 'int':
      case 'long':
        return schema;
    }
  }

  function expandName(name: string): AvroSchema {
    if (!name.includes('.') || written.has(name)) return name;
    const schema = named.get(name);
    if (schema === undefined) throw new Error(`No file in schemas/ defines ${name}.`);
    return expand(schema);
  }
}
