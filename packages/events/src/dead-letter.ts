import { createHash } from 'node:crypto';
import { type DeadLetter, type Source } from './generated/types.ts';

export interface RejectedPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: Buffer | null;
}

export interface RecordRejection {
  readonly service: string;
  readonly record: RejectedPosition;
  readonly rejection: { readonly code: string; readonly message: string };
  /** Epoch milliseconds. */
  readonly rejectedAt: number;
}

/**
 * The dead letter of a record that a step rejected. Its id comes from the record's position, so that a
 * repeat of the rejection is the same dead letter. The value goes along: what is on a topic is redacted.
 */
export function deadLetterOfRecord(from: RecordRejection): DeadLetter {
  const { topic, partition, offset, value } = from.record;
  const position = `${from.service}\n${topic}\n${partition}\n${offset}`;
  return {
    ...unknownOrigin,
    id: createHash('sha256').update(position).digest('hex').slice(0, 32),
    service: from.service,
    reason: from.rejection.code,
    message: from.rejection.message,
    rejectedAt: from.rejectedAt,
    size: value?.length ?? 0,
    topic,
    partition,
    offset,
    payload: value,
  };
}

/** Bytes that only the holders of private keys can read. */
export interface Sealed {
  readonly bytes: Buffer;
  /** How, as `age-encryption.org/v1`. */
  readonly format: string;
  /** The public keys. */
  readonly to: readonly string[];
}

export interface ItemRejection {
  /** Equal where the same item comes again: an item that could not be read has no identity of its own. */
  readonly id: string;
  readonly service: string;
  readonly cluster: string;
  readonly source: Source;
  readonly rejection: { readonly code: string; readonly message: string };
  /** Epoch milliseconds. */
  readonly rejectedAt: number;
  readonly size: number;
  /** The item's bytes; null where nobody may read them, or where they are too many. */
  readonly sealed: Sealed | null;
}

/**
 * The dead letter of an item refused before it became a record. It carries no bytes that anybody could read:
 * what could not be read could not be redacted.
 */
export function deadLetterOfItem(from: ItemRejection): DeadLetter {
  return {
    ...unknownOrigin,
    id: from.id,
    service: from.service,
    reason: from.rejection.code,
    message: from.rejection.message,
    rejectedAt: from.rejectedAt,
    size: from.size,
    cluster: from.cluster,
    source: from.source,
    sealed: from.sealed?.bytes ?? null,
    sealedFormat: from.sealed?.format ?? null,
    sealedTo: from.sealed?.to ?? [],
  };
}

/** A letter that its topic does not take, as it can be taken: without the bytes that it was about. */
export function withoutBytes(letter: DeadLetter): DeadLetter {
  return { ...letter, payload: null, sealed: null, sealedFormat: null, sealedTo: [] };
}

const unknownOrigin = {
  cluster: null,
  source: null,
  topic: null,
  partition: null,
  offset: null,
  payload: null,
  sealed: null,
  sealedFormat: null,
  sealedTo: [],
} as const;
