/** Dead letters of items: named so that a repeat is seen, and sealed to those who may read them. */
import { type TopicCodec } from '@auditstream/events/codec';
import { deadLetterOfItem, type Sealed, withoutBytes } from '@auditstream/events/dead-letter';
import { type DeadLetter } from '@auditstream/events/generated/types';
import { type TopicName } from '@auditstream/events/topics';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { type Delivery } from './delivery.ts';
import { letterId, type LetterPlace, nameOfItems } from './domain/letter-id.ts';
import { type Rejection } from './domain/rejection.ts';
import { createTurns, type Turns } from './turns.ts';

/** What became of an item's bytes. */
export type Sealing =
  | { readonly result: 'sealed'; readonly sealed: Sealed }
  | { readonly result: 'no-key' | 'too-large' | 'busy' | 'failed' };

/** Seals the bytes of an item; null stands for one that was too large to be held. */
export type Seal = (item: Buffer | null) => Promise<Sealing>;

/** Names a dead letter: equal for the same item at the same place. */
export type NameLetter = (place: LetterPlace, item: Buffer | null) => string;

export interface LetterPorts {
  readonly deadLetters: Pick<TopicCodec<DeadLetter>, 'encode'>;
  readonly nameLetter: NameLetter;
  readonly seal: Seal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly telemetry: Pick<Telemetry, 'count'>;
  /** Of their own if not given. */
  readonly turns?: Turns;
}

/** Letters between two looks at whether others have to have their turn: a list may be nothing but bad items. */
const atOnce = 64;

export interface RejectedItem {
  readonly rejection: Rejection;
  /** Which of the delivery's items it was; those that were not held come behind all others. */
  readonly index: number;
  /** Null where it was too large to be held. */
  readonly item: Buffer | null;
  /** Bytes. */
  readonly size: number;
}

/** A letter on its way, and as it can go where its topic does not take its bytes. */
export interface Letter {
  readonly record: OutgoingRecord;
  readonly bare: () => OutgoingRecord;
}

const deadLettersTopic: TopicName = 'audit.dead-letters';

export function createLetterWriter(
  ports: LetterPorts,
): (rejected: readonly RejectedItem[], delivery: Delivery) => Promise<readonly Letter[]> {
  const { turns = createTurns() } = ports;
  const recordOf = (letter: DeadLetter): OutgoingRecord => ({
    topic: deadLettersTopic,
    key: null,
    value: ports.deadLetters.encode(letter),
  });
  return async (rejected, delivery) => {
    if (rejected.length === 0) return [];
    const rejectedAt = ports.now();
    const placeOf = placesIn(delivery);
    const { cluster, source } = delivery;
    const letterOf = async ({ rejection, index, item, size }: RejectedItem): Promise<Letter> => {
      const id = ports.nameLetter(placeOf(index), item);
      const sealing = await ports.seal(item);
      const { result } = sealing;
      ports.telemetry.count('ingest_sealed_items_total', { result });
      const sealed = result === 'sealed' ? sealing.sealed : null;
      const facts = { id, service: 'ingest', cluster, source, rejection, rejectedAt, size };
      const letter = deadLetterOfItem({ ...facts, sealed });
      return { record: recordOf(letter), bare: () => recordOf(withoutBytes(letter)) };
    };
    const letters: Letter[] = [];
    for (let at = 0; at < rejected.length; at += atOnce) {
      if (turns.isDue()) await turns.pause();
      letters.push(...(await Promise.all(rejected.slice(at, at + atOnce).map(letterOf))));
    }
    return letters;
  };
}

/**
 * What does not say where it stands comes again as it is (an API server repeats whole requests), so its items
 * together name it. An engine begins anywhere when it is asked again: there, the item alone has to do.
 */
function placesIn({
  cluster,
  source,
  way,
  items,
  place,
}: Delivery): (index: number) => LetterPlace {
  if (way === 'engine') return () => ({ cluster, source, delivery: '', index: 0 });
  const delivery = place?.name ?? nameOfItems(items);
  const first = place?.firstItem ?? 0;
  return (index) => ({ cluster, source, delivery, index: first + index });
}

/** The naming of a process that has this key. */
export function letterNaming(key: Buffer): NameLetter {
  return (place, item) => letterId(key, place, item);
}
