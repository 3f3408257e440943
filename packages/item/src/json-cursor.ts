/** A place in JSON text: what the scanner moves, and how it says that the text is none. */

export type JsonScanCode =
  /** A byte that RFC 8259 does not allow at this place. */
  | 'unexpected-byte'
  /** The text ends in the middle of a value. */
  | 'unexpected-end'
  /** Arrays and objects are nested deeper than allowed. */
  | 'too-deep';

/** The text is not JSON within the bounds. The message names the place, never the content. */
export class JsonScanError extends Error {
  override readonly name = 'JsonScanError';
  readonly retryable = false;
  readonly code: JsonScanCode;
  /** Bytes from the beginning of the text. */
  readonly offset: number;

  constructor(code: JsonScanCode, offset: number) {
    super(`${sentences[code]} at byte ${offset}`);
    this.code = code;
    this.offset = offset;
  }
}

const sentences: Readonly<Record<JsonScanCode, string>> = {
  'unexpected-byte': 'unexpected byte',
  'unexpected-end': 'the text ends too early,',
  'too-deep': 'nested too deeply',
};

export interface Cursor {
  readonly bytes: Uint8Array;
  /** Arrays and objects that may be open at once. */
  readonly maxDepth: number;
  /** Offset of the next byte. */
  at: number;
  /** Arrays and objects that are open. */
  depth: number;
  /** The closing byte of each open array and object, outermost first. */
  closers: Uint8Array;
}

export const byteOf = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  colon: 0x3a,
  backslash: 0x5c,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** What `byteAt` gives behind the end: below every byte. */
const END = -1;

const INITIAL_DEPTH = 64;

export function openCursor(bytes: Uint8Array, maxDepth: number): Cursor {
  return { bytes, maxDepth, at: 0, depth: 0, closers: new Uint8Array(INITIAL_DEPTH) };
}

export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? END;
}

/** Moves over white space and returns the byte behind it, without moving over that. */
export function peek(cursor: Cursor): number {
  const { bytes } = cursor;
  let { at } = cursor;
  let byte = byteAt(bytes, at);
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
    at += 1;
    byte = byteAt(bytes, at);
  }
  cursor.at = at;
  return byte;
}

/** Moves over white space and over this byte, if it is there. */
export function take(cursor: Cursor, byte: number): boolean {
  if (peek(cursor) !== byte) return false;
  cursor.at += 1;
  return true;
}

/** @throws JsonScanError where white space is not followed by this byte */
export function expect(cursor: Cursor, byte: number): void {
  if (!take(cursor, byte)) throw unexpected(cursor.bytes, cursor.at);
}

/** The error of a byte that is not allowed where it stands, or of a missing one. */
export function unexpected(bytes: Uint8Array, at: number): JsonScanError {
  return new JsonScanError(at < bytes.length ? 'unexpected-byte' : 'unexpected-end', at);
}

/** Moves over an opening byte and remembers what will close it. */
export function enter(cursor: Cursor, closer: number): void {
  if (cursor.depth >= cursor.maxDepth) throw new JsonScanError('too-deep', cursor.at);
  if (cursor.depth === cursor.closers.length) {
    const grown = new Uint8Array(cursor.closers.length * 2);
    grown.set(cursor.closers);
    cursor.closers = grown;
  }
  cursor.closers[cursor.depth] = closer;
  cursor.depth += 1;
  cursor.at += 1;
}

/** Moves over the closing byte of the innermost array or object, if it is there. */
export function leave(cursor: Cursor): boolean {
  if (!take(cursor, byteAt(cursor.closers, cursor.depth - 1))) return false;
  cursor.depth -= 1;
  return true;
}
