import { type TopicCodec } from './codec.ts';
import { CodecError, type CodecErrorCode } from './errors.ts';

/** A record's value, or why it has none. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly rejection: { readonly code: CodecErrorCode; readonly message: string };
    };

/**
 * Decodes a batch: one result for each record, in order.
 * @throws CodecError 'registry-unreachable': nothing is wrong with the records; try again later
 */
export async function decodeAll<T>(
  codec: TopicCodec<T>,
  records: readonly { readonly value: Buffer | null }[],
): Promise<readonly Decoded<T>[]> {
  await codec.prepare(records.flatMap(({ value }) => (value === null ? [] : [value])));
  return records.map(({ value }) => decodeOne(codec, value));
}

function decodeOne<T>(codec: TopicCodec<T>, value: Buffer | null): Decoded<T> {
  if (value === null) {
    return { ok: false, rejection: { code: 'undecodable', message: 'The record has no value.' } };
  }
  try {
    return { ok: true, value: codec.decode(value) };
  } catch (error) {
    if (!(error instanceof CodecError) || error.retryable) throw error;
    return { ok: false, rejection: { code: error.code, message: error.message } };
  }
}
