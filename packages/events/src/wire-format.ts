import { CodecError } from './errors.ts';

/**
 * Confluent's wire format: a zero byte, the schema's id as a big-endian 32-bit integer, the Avro binary
 * (Confluent documentation, "Wire format").
 */
export const wireHeaderBytes = 5;

/** @returns the payload behind a header that names the schema */
export function frame(schemaId: number, payload: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(wireHeaderBytes + payload.length);
  framed.writeUInt8(0, 0);
  framed.writeInt32BE(schemaId, 1);
  payload.copy(framed, wireHeaderBytes);
  return framed;
}

/**
 * @returns the id of the writer's schema
 * @throws CodecError 'undecodable' for bytes that have no such header
 */
export function schemaIdOf(framed: Buffer): number {
  if (framed.length < wireHeaderBytes || framed[0] !== 0) {
    throw new CodecError(
      'undecodable',
      'The record does not begin with the header of the Confluent wire format.',
    );
  }
  return framed.readInt32BE(1);
}
