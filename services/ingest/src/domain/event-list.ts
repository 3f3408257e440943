/** Takes an audit.k8s.io/v1 EventList apart into the exact bytes of its items. */
import {
  byteOf,
  type Cursor,
  JsonScanError,
  openCursor,
  peek,
} from '@auditstream/item/json-cursor';
import {
  elementsAt,
  finish,
  keysAt,
  skipSome,
  type Span,
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
  const steps = eventListSteps(body);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in steps of little work each, so that a body full of what is slow to scan keeps nobody waiting. */
export function* eventListSteps(body: Buffer): Generator<void, SplitList, undefined> {
  try {
    return { ok: true, items: yield* itemsOf(body) };
  } catch (error) {
    if (error instanceof ListError) return { ok: false, message: error.message };
    if (error instanceof JsonScanError) {
      return { ok: false, message: `The body is not a JSON object: ${error.message}.` };
    }
    throw error;
  }
}

type Steps<T> = Generator<void, T, undefined>;

/** Bytes of one step, unless one string is longer. */
const stepBytes = 256 * 1024;

class ListError extends Error {
  override readonly name = 'ListError';
}

type ListMember = 'kind' | 'apiVersion' | 'items';

const expected = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1' } as const;

function* itemsOf(body: Buffer): Steps<readonly Buffer[]> {
  const cursor = openCursor(body, Infinity);
  const seen = new Set<ListMember>();
  let items: readonly Buffer[] = [];
  for (const keySpan of keysAt(cursor)) {
    const key = listMemberOf(body, keySpan);
    if (key !== undefined && seen.has(key)) {
      throw new ListError(`The list has more than one member ${key}.`);
    }
    if (key === 'items') items = yield* readItems(cursor, body);
    else {
      const value = yield* spanInSteps(cursor);
      if (key !== undefined) requireText(body, key, value);
    }
    if (key !== undefined) seen.add(key);
    yield;
  }
  finish(cursor);
  for (const key of listMembers) {
    if (!seen.has(key)) throw new ListError(`The list has no member ${key}: ${whatIsTaken}`);
  }
  return items;
}

const listMembers: readonly ListMember[] = ['kind', 'apiVersion', 'items'];
const whatIsTaken = `send an EventList of audit.k8s.io/v1.`;

/** Bytes of the longest of their names, each letter spelled by an escape, and two quotes. */
const maxSpelled = 6 * 'apiVersion'.length + 2;

function listMemberOf(body: Buffer, key: Span): ListMember | undefined {
  if (key.end - key.start > maxSpelled) return undefined;
  const name = textOf(body, key);
  return listMembers.find((member) => member === name);
}

/** Moves over a value. */
function* spanInSteps(cursor: Cursor): Steps<Span> {
  const { at: start, depth: outside } = cursor;
  while (!skipSome(cursor, { outside, limit: cursor.at + stepBytes })) yield;
  return { start, end: cursor.at };
}

const maxSpelledValue = 6 * expected.apiVersion.length + 2;

function requireText(body: Buffer, key: 'kind' | 'apiVersion', value: Span): void {
  const isShort = value.end - value.start <= maxSpelledValue;
  const isText = isShort && body[value.start] === byteOf.quote;
  if (isText && textOf(body, value) === expected[key]) return;
  throw new ListError(`The list's ${key} is not ${expected[key]}: ${whatIsTaken}`);
}

/** Go writes a list without items as null. */
function* readItems(cursor: Cursor, body: Buffer): Steps<readonly Buffer[]> {
  const items: Buffer[] = [];
  if (peek(cursor) !== byteOf.openBracket) {
    const { start, end } = yield* spanInSteps(cursor);
    if (body.toString('latin1', start, end) === 'null') return items;
    throw new ListError("The list's items are not an array.");
  }
  for (const start of elementsAt(cursor)) {
    if (items.length === maxListItems) {
      throw new ListError(`The list has more than ${maxListItems} items: send smaller batches.`);
    }
    const { end } = yield* spanInSteps(cursor);
    items.push(body.subarray(start, end));
    yield;
  }
  return items;
}
