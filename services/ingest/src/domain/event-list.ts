/** Takes an audit.k8s.io/v1 EventList apart into the exact bytes of its items. */
import {
  byteOf,
  type Cursor,
  JsonScanError,
  openCursor,
  peek,
} from '@auditstream/item/json-cursor';
import {
  finish,
  readArray,
  readObject,
  skipValue,
  type Span,
  spanOfValue,
  textOf,
} from '@auditstream/item/json-scan';

/** An API server sends 400 at most unless it is told otherwise, and buffers 10,000. */
export const maxListItems = 20_000;

/** The items in their order, as parts of the body that share its memory; or why there are none. */
export type SplitList =
  | { readonly ok: true; readonly items: readonly Buffer[] }
  | { readonly ok: false; readonly message: string };

/**
 * Splits the body of an audit webhook request. The whole body has to be JSON, however deep; whether each
 * item is an event is for others to judge.
 */
export function splitEventList(body: Buffer): SplitList {
  try {
    return { ok: true, items: itemsOf(body) };
  } catch (error) {
    if (error instanceof ListError) return { ok: false, message: error.message };
    if (error instanceof JsonScanError) {
      return { ok: false, message: `The body is not a JSON object: ${error.message}.` };
    }
    throw error;
  }
}

class ListError extends Error {
  override readonly name = 'ListError';
}

type ListMember = 'kind' | 'apiVersion' | 'items';

const expected = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1' } as const;

function itemsOf(body: Buffer): readonly Buffer[] {
  const cursor = openCursor(body, Infinity);
  const seen = new Set<string>();
  let items: readonly Buffer[] = [];
  readObject(cursor, (keySpan) => {
    const key = textOf(body, keySpan);
    if (!isListMember(key)) {
      skipValue(cursor);
      return;
    }
    if (seen.has(key)) throw new ListError(`The list has more than one member ${key}.`);
    seen.add(key);
    if (key === 'items') items = readItems(cursor, body);
    else requireText(body, key, spanOfValue(cursor));
  });
  finish(cursor);
  for (const key of listMembers) {
    if (!seen.has(key)) throw new ListError(`The list has no member ${key}: ${whatIsTaken}`);
  }
  return items;
}

const listMembers: readonly ListMember[] = ['kind', 'apiVersion', 'items'];
const whatIsTaken = `send an EventList of audit.k8s.io/v1.`;

function isListMember(key: string): key is ListMember {
  return listMembers.some((member) => member === key);
}

function requireText(body: Buffer, key: 'kind' | 'apiVersion', value: Span): void {
  if (body[value.start] === byteOf.quote && textOf(body, value) === expected[key]) return;
  throw new ListError(`The list's ${key} is not ${expected[key]}: ${whatIsTaken}`);
}

/** Go writes a list without items as null. */
function readItems(cursor: Cursor, body: Buffer): readonly Buffer[] {
  const items: Buffer[] = [];
  if (peek(cursor) !== byteOf.openBracket) {
    const { start, end } = spanOfValue(cursor);
    if (body.toString('latin1', start, end) === 'null') return items;
    throw new ListError("The list's items are not an array.");
  }
  readArray(cursor, () => {
    if (items.length === maxListItems) {
      throw new ListError(`The list has more than ${maxListItems} items: send smaller batches.`);
    }
    const { start, end } = spanOfValue(cursor);
    items.push(body.subarray(start, end));
  });
  return items;
}
