import avro from 'avsc';

/**
 * Why a reader with one schema cannot read what was written with another, by the rules of Avro 1.11
 * ("Schema Resolution"); undefined where it can. Both are JSON texts.
 */
export function incompatibility(writer: string, reader: string): string | undefined {
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function typeOf(schema: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(schema) as avro.Schema);
}
