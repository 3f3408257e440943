/** Bodies of webhook requests that are different each time without being built anew. */
import { batchOf, eventsOf } from '../support/load.ts';

export interface Bodies {
  /** The next body. Its bytes change when it comes round again, `count` bodies later. */
  next(): Buffer;
  /** Bytes of a body, on average. */
  readonly meanBytes: number;
  /** The items of one body, each by itself. */
  readonly items: readonly Buffer[];
}

const auditIdMember = Buffer.from('"auditID":"');
const hexDigits = 8;

/**
 * Real-shaped bodies of `batchSize` events each. An API server has done this work before it sends; here it
 * must not take the time of what is measured, so the audit ids are written over in place.
 *
 * @param count more than can be on their way at once
 */
export function createBodies(count: number, batchSize: number): Bodies {
  const events = eventsOf('bench', Infinity);
  const take = (): readonly string[] =>
    Array.from({ length: batchSize }, () => String(events.next().value));
  const batches = Array.from({ length: count }, take);
  const bodies = batches.map((items) => {
    const bytes = batchOf(items);
    return { bytes, places: placesIn(bytes) };
  });
  let [turn, serial] = [0, 0];
  return {
    next() {
      const body = bodies[(turn += 1) % count];
      if (body === undefined) throw new Error('There are no bodies.');
      for (const place of body.places) body.bytes.write(hexOf((serial += 1)), place, 'latin1');
      return body.bytes;
    },
    meanBytes: bodies.reduce((sum, { bytes }) => sum + bytes.length, 0) / count,
    items: (batches[0] ?? []).map((item) => Buffer.from(item)),
  };
}

function hexOf(serial: number): string {
  return (serial % 16 ** hexDigits).toString(16).padStart(hexDigits, '0');
}

function placesIn(body: Buffer): readonly number[] {
  const places: number[] = [];
  for (let at = body.indexOf(auditIdMember); at !== -1; at = body.indexOf(auditIdMember, at + 1)) {
    places.push(at + auditIdMember.length);
  }
  return places;
}
