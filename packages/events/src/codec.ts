import avro, { type Type } from 'avsc';
import { CodecError } from './errors.ts';
import { schemas } from './generated/schemas.ts';
import { type SchemaRegistry } from './registry-client.ts';
import { type TopicName, type TopicRecords, topics, valueSubject } from './topics.ts';
import { frame, schemaIdOf, wireHeaderBytes } from './wire-format.ts';

/** Reads and writes the values of one topic. */
export interface TopicCodec<T> {
  /** @throws CodecError 'unencodable' for a value that does not fit the schema, naming the field */
  encode(value: T): Buffer;
  /**
   * @throws CodecError 'undecodable' for bytes that are no such value; 'unknown-schema' where the writer's
   *   schema has not been prepared
   */
  decode(framed: Buffer): T;
  /**
   * Fetches the writers' schemas of records that are about to be decoded. Bytes without a header are
   * passed over: decode tells of them.
   * @throws CodecError 'registry-unreachable'
   */
  prepare(framed: Iterable<Buffer>): Promise<void>;
}

type Reader = (payload: Buffer) => unknown;

export interface CodecOptions {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /**
   * Milliseconds for which a registry is asked again about an id that it doesn't know, default 60,000: one
   * that has just started may still be reading its own log.
   */
  readonly unknownSchemaGraceMs?: number;
}

/**
 * Opens the codec of a topic: looks up the id of our own schema, which set-up has registered.
 * @throws CodecError 'unknown-schema' before set-up, 'registry-unreachable'
 */
export async function openCodec<N extends TopicName>(
  topic: N,
  registry: SchemaRegistry,
  options: CodecOptions = {},
): Promise<TopicCodec<TopicRecords[N]>> {
  const schema = schemaOf(topic);
  const type = avro.Type.forSchema(JSON.parse(schema) as avro.Schema);
  const ownId = await registry.idOf(valueSubject(topic), schema);
  const readers = new Map<number, Reader | CodecError>([
    [ownId, (b): unknown => type.fromBuffer(b)],
  ]);

  const graceOver = createGrace(options);

  return {
    encode: (value) => frame(ownId, encodeWith(type, value, topic)),
    decode: (framed) => decodeWith(readers, framed, topic) as TopicRecords[N],
    prepare: async (framed) => {
      const missing = [...new Set(idsIn(framed))].filter((id) => !readers.has(id));
      for (const id of missing) {
        const reader = await readerFor(id, type, registry);
        const unknown = reader instanceof CodecError && reader.code === 'unknown-schema';
        if (unknown && !graceOver(id)) throw notYetKnown(id, reader);
        readers.set(id, reader);
      }
    },
  };
}

/** The schema of a topic's values as it is registered: all named types written out. */
export function schemaOf(topic: TopicName): string {
  const schema = schemas[topics[topic].schema];
  if (schema === undefined) throw new Error(`schemas/ has no ${topics[topic].schema}.`);
  return schema;
}

function encodeWith(type: Type, value: unknown, topic: string): Buffer {
  try {
    return type.toBuffer(value);
  } catch (cause) {
    throw new CodecError('unencodable', `A value for ${topic} does not fit its schema.`, cause);
  }
}

function decodeWith(
  readers: ReadonlyMap<number, Reader | CodecError>,
  framed: Buffer,
  topic: string,
): unknown {
  const id = schemaIdOf(framed);
  const reader = readers.get(id);
  if (reader === undefined) {
    throw new CodecError('unknown-schema', `Schema ${id} of a record in ${topic} is not known.`);
  }
  if (reader instanceof CodecError) throw reader;
  try {
    return reader(framed.subarray(wireHeaderBytes));
  } catch (cause) {
    throw new CodecError(
      'undecodable',
      `A record in ${topic} is not a value of its schema.`,
      cause,
    );
  }
}

/** Tells of each id whether it has been unknown for longer than the grace. */
function createGrace({
  now = Date.now,
  unknownSchemaGraceMs = 60_000,
}: CodecOptions): (id: number) => boolean {
  const firstAsked = new Map<number, number>();
  return (id) => {
    const since = firstAsked.get(id) ?? now();
    firstAsked.set(id, since);
    return now() - since >= unknownSchemaGraceMs;
  };
}

function notYetKnown(id: number, cause: CodecError): CodecError {
  const message = `The registry does not know schema ${id}; it is asked again for a while.`;
  return new CodecError('registry-unreachable', message, cause);
}

/** A schema that will never be readable is remembered as its error, so that it is asked for once. */
async function readerFor(
  id: number,
  type: Type,
  registry: SchemaRegistry,
): Promise<Reader | CodecError> {
  try {
    const writer = avro.Type.forSchema(JSON.parse(await registry.schemaOf(id)) as avro.Schema);
    const resolver = type.createResolver(writer);
    return (payload): unknown => type.fromBuffer(payload, resolver);
  } catch (cause) {
    if (cause instanceof CodecError) {
      if (cause.retryable) throw cause;
      return cause;
    }
    const message = `Schema ${id} cannot be read as ${String(type.name)}.`;
    return new CodecError('incompatible-schema', message, cause);
  }
}

function* idsIn(framed: Iterable<Buffer>): Generator<number> {
  for (const bytes of framed) {
    if (bytes.length >= wireHeaderBytes && bytes[0] === 0) yield bytes.readInt32BE(1);
  }
}
