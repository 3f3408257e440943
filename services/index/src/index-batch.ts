import { type TopicCodec } from '@auditstream/events/codec';
import { type Decoded, decodeAll } from '@auditstream/events/decode-all';
import { type Outcome, type Rejection, type StreamRecord } from '@auditstream/stream/types';
import { type WriteOutcome } from './domain/bulk-outcome.ts';
import { type Write } from './domain/write.ts';
import { type DocumentStore } from './store.ts';
import { writeAll } from './write-bulk.ts';

/** Kinds of document and what becomes of them, as metrics count them. */
export type DocumentsOf = 'events' | 'detections' | 'dead_letters' | 'repeats';
export type Counted = 'created' | 'repeated' | 'retried' | 'rejected';
export type CountDocuments = (documents: DocumentsOf, outcome: Counted) => void;

export interface IndexPorts<T> {
  readonly codec: TopicCodec<T>;
  readonly store: DocumentStore;
  readonly count: CountDocuments;
}

export interface DocumentBatch<T> {
  readonly documents: DocumentsOf;
  /** @param appendedAt epoch milliseconds: the broker's clock when the record was appended */
  readonly toWrite: (value: T, appendedAt: number) => Write;
  readonly records: readonly StreamRecord[];
  readonly signal: AbortSignal;
}

/** A record whose document was sent, or that has none. */
export type Indexed<T> =
  | {
      readonly ok: true;
      readonly value: T;
      readonly write: Write;
      readonly outcome: WriteOutcome;
    }
  | { readonly ok: false; readonly rejection: Rejection };

type Prepared<T> =
  | { readonly ok: true; readonly value: T; readonly write: Write }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decodes records, builds their documents and writes them.
 *
 * @returns one result for each record, in order
 * @throws CodecError 'registry-unreachable'
 */
export async function indexBatch<T>(
  ports: IndexPorts<T>,
  batch: DocumentBatch<T>,
): Promise<readonly Indexed<T>[]> {
  const decoded = await decodeAll(ports.codec, batch.records);
  const prepared = decoded.map((result, at) =>
    prepare(result, (value: T) => batch.toWrite(value, batch.records[at]?.timestamp ?? 0)),
  );
  const writes = prepared.flatMap((result) => (result.ok ? result.write : []));
  const outcomes = (await writeAll(ports.store, writes, batch.signal)).values();
  return prepared.map((result) => {
    const outcome = result.ok ? nextOf(outcomes) : undefined;
    const indexed = result.ok && outcome !== undefined ? { ...result, outcome } : result;
    ports.count(batch.documents, countedAs(outcome));
    return indexed as Indexed<T>;
  });
}

/** A repeat is done: what it would have written is there. */
export function outcomeOf(result: Indexed<unknown>): Outcome {
  if (!result.ok) return { type: 'rejected', rejection: result.rejection };
  return result.outcome.type === 'repeated' ? { type: 'done' } : result.outcome;
}

function prepare<T>(decoded: Decoded<T>, toWrite: (value: T) => Write): Prepared<T> {
  if (!decoded.ok) return decoded;
  try {
    return { ok: true, value: decoded.value, write: toWrite(decoded.value) };
  } catch (error) {
    const message = `No document can be made of the record: ${String(error)}`;
    return { ok: false, rejection: { code: 'no-document', message } };
  }
}

function nextOf(outcomes: Iterator<WriteOutcome>): WriteOutcome {
  const next = outcomes.next();
  if (next.done === true) throw new Error('writeAll left a write out');
  return next.value;
}

export function countedAs(outcome: WriteOutcome | undefined): Counted {
  switch (outcome?.type) {
    case 'done':
      return 'created';
    case 'repeated':
      return 'repeated';
    case 'retry':
      return 'retried';
    case 'rejected':
    case undefined:
      return 'rejected';
  }
}
