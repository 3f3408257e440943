/**
 * A strict scanner of JSON text (RFC 8259) that finds where things stand and never builds a value: big
 * integers, repeated keys and odd escapes stay as they are. It does not recurse, so depth costs a byte a
 * level and no stack.
 */
import {
  byteOf,
  type Cursor,
  enter,
  expect,
  leave,
  openCursor,
  peek,
  take,
  unexpected,
} from './json-cursor.ts';
import { skipScalar, skipString } from './json-scalars.ts';

/** Bytes from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an object: from the first quote of its key to the end of its value. */
export interface Member extends Span {
  /** The key, unescaped. */
  readonly key: string;
  readonly valueStart: number;
}

/** An item that has been scanned as an object. */
export interface ScannedItem {
  readonly bytes: Buffer;
  readonly members: readonly Member[];
}

/**
 * The members of the object that the text is, in order, repeated keys included; null where the text is
 * another JSON value.
 * @param maxDepth levels of arrays and objects that are allowed, the outermost being the first
 * @throws JsonScanError where the text is not exactly one JSON value
 */
export function membersOf(bytes: Buffer, maxDepth: number): readonly Member[] | null {
  const cursor = openCursor(bytes, maxDepth);
  const members: Member[] = [];
  const isObject = peek(cursor) === byteOf.openBrace;
  if (isObject) {
    readObject(cursor, (key) => {
      const valueStart = cursor.at;
      skipValue(cursor);
      members.push({ key: textOf(bytes, key), start: key.start, valueStart, end: cursor.at });
    });
  } else skipValue(cursor);
  finish(cursor);
  return isObject ? members : null;
}

/**
 * The elements of the array that the text is, in order; null where the text is another JSON value.
 * @throws JsonScanError where the text is not exactly one JSON value
 */
export function elementsOf(bytes: Buffer, maxDepth: number): readonly Span[] | null {
  const cursor = openCursor(bytes, maxDepth);
  const elements: Span[] = [];
  const isArray = peek(cursor) === byteOf.openBracket;
  if (isArray) {
    readArray(cursor, () => {
      elements.push(spanOfValue(cursor));
    });
  } else skipValue(cursor);
  finish(cursor);
  return isArray ? elements : null;
}

/**
 * Reads the object at the cursor. For each member, `visit` is called with the cursor at the first byte
 * of the value, and has to move it behind the value.
 */
export function readObject(cursor: Cursor, visit: (key: Span) => void): void {
  if (peek(cursor) !== byteOf.openBrace) throw unexpected(cursor.bytes, cursor.at);
  enter(cursor, byteOf.closeBrace);
  if (leave(cursor)) return;
  do {
    const key = readKey(cursor);
    peek(cursor);
    visit(key);
  } while (hasNext(cursor));
}

/**
 * The keys of the object at the cursor, each given with the cursor at the first byte of the value. Whoever
 * asks for the next one has to have moved it behind the value.
 */
export function* keysAt(cursor: Cursor): Generator<Span, void, undefined> {
  if (peek(cursor) !== byteOf.openBrace) throw unexpected(cursor.bytes, cursor.at);
  enter(cursor, byteOf.closeBrace);
  if (leave(cursor)) return;
  do {
    const key = readKey(cursor);
    peek(cursor);
    yield key;
  } while (hasNext(cursor));
}

/** The same for the elements of an array: gives the offset of the first byte of each, where the cursor is. */
export function* elementsAt(cursor: Cursor): Generator<number, void, undefined> {
  if (peek(cursor) !== byteOf.openBracket) throw unexpected(cursor.bytes, cursor.at);
  enter(cursor, byteOf.closeBracket);
  if (leave(cursor)) return;
  do {
    peek(cursor);
    yield cursor.at;
  } while (hasNext(cursor));
}

/** Reads the array at the cursor. For each element, `visit` has to move the cursor behind it. */
export function readArray(cursor: Cursor, visit: () => void): void {
  if (peek(cursor) !== byteOf.openBracket) throw unexpected(cursor.bytes, cursor.at);
  enter(cursor, byteOf.closeBracket);
  if (leave(cursor)) return;
  do {
    peek(cursor);
    visit();
  } while (hasNext(cursor));
}

function hasNext(cursor: Cursor): boolean {
  if (take(cursor, byteOf.comma)) return true;
  if (!leave(cursor)) throw unexpected(cursor.bytes, cursor.at);
  return false;
}

/** Moves the cursor over one value of any kind, and returns where it stands. */
export function spanOfValue(cursor: Cursor): Span {
  peek(cursor);
  const start = cursor.at;
  skipValue(cursor);
  return { start, end: cursor.at };
}

/** Moves the cursor over one value of any kind. */
export function skipValue(cursor: Cursor): void {
  skipSome(cursor, { outside: cursor.depth, limit: Infinity });
}

/** How far a value is skipped in one go. */
export interface SkipLimit {
  /** Depth of the cursor where the value begins. */
  readonly outside: number;
  /** Offset behind which it is left at the next value inside. */
  readonly limit: number;
}

/**
 * Moves the cursor over one value of any kind, or over a part of it.
 * @returns false where the value is not over yet: the next call goes on where this one ended
 */
export function skipSome(cursor: Cursor, { outside, limit }: SkipLimit): boolean {
  do {
    do {
      if (cursor.at > limit) return false;
    } while (opensNonEmpty(cursor));
  } while (movesToNextValue(cursor, outside));
  return true;
}

/** Moves over the text's rest, which may only be white space. */
export function finish(cursor: Cursor): void {
  peek(cursor);
  if (cursor.at < cursor.bytes.length) throw unexpected(cursor.bytes, cursor.at);
}

/** At a value: true when it is now at the first value inside it, false when it is behind it. */
function opensNonEmpty(cursor: Cursor): boolean {
  switch (peek(cursor)) {
    case byteOf.openBrace:
      enter(cursor, byteOf.closeBrace);
      if (leave(cursor)) return false;
      readKey(cursor);
      return true;
    case byteOf.openBracket:
      enter(cursor, byteOf.closeBracket);
      return !leave(cursor);
    default:
      cursor.at = skipScalar(cursor.bytes, cursor.at);
      return false;
  }
}

/** Behind a value: true when it is now at the next one, false when all that was opened is closed. */
function movesToNextValue(cursor: Cursor, outside: number): boolean {
  while (cursor.depth > outside) {
    if (take(cursor, byteOf.comma)) {
      if (cursor.closers[cursor.depth - 1] === byteOf.closeBrace) readKey(cursor);
      return true;
    }
    if (!leave(cursor)) throw unexpected(cursor.bytes, cursor.at);
  }
  return false;
}

/** Moves over a key and its colon. */
function readKey(cursor: Cursor): Span {
  peek(cursor);
  const start = cursor.at;
  cursor.at = skipString(cursor.bytes, start);
  const end = cursor.at;
  expect(cursor, byteOf.colon);
  return { start, end };
}

/** The text of a string whose span, quotes included, has been scanned. */
export function textOf(bytes: Buffer, { start, end }: Span): string {
  const inside = bytes.toString('utf8', start + 1, end - 1);
  return inside.includes('\\') ? (JSON.parse(`"${inside}"`) as string) : inside;
}
