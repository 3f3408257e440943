/** The ids of dead letters. docs/dead-letters.md gives the reasons. */
import { createHash, createHmac } from 'node:crypto';

/** Bytes of the key. */
export const letterKeyBytes = 32;
const idBytes = 16;

/** Where a rejected item stood. */
export interface LetterPlace {
  readonly cluster: string;
  readonly source: string;
  /** Names the delivery, and is equal when that comes again. */
  readonly delivery: string;
  /** Which of its delivery's items it was. */
  readonly index: number;
}

/**
 * 32 hex digits, equal for the same item at the same place. Without the key nobody can tell by an id whether
 * bytes that he guesses are those that were rejected.
 */
export function letterId(key: Buffer, place: LetterPlace, item: Buffer | null): string {
  const { cluster, source, delivery, index } = place;
  const named = JSON.stringify([cluster, source, delivery, index]);
  const mac = createHmac('sha256', key).update(`${named}\n`);
  if (item !== null) mac.update(item);
  return mac.digest('hex').slice(0, 2 * idBytes);
}

/** A name for what a source sends again byte for byte: a hash over its items. It is never stored. */
export function nameOfItems(items: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const item of items) hash.update(`${item.length}\n`).update(item);
  return hash.digest('hex');
}
