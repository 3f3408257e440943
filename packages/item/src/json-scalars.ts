/** Strings, numbers and literals of JSON (RFC 8259 §3, §6, §7). Each function returns the offset behind. */
import { byteAt, byteOf, unexpected } from './json-cursor.ts';

/**
 * A scalar at `at`. Bytes above 7F in strings are taken as they are: whether they are UTF-8 is for the
 * caller to check.
 * @throws JsonScanError
 */
export function skipScalar(bytes: Uint8Array, at: number): number {
  const first = byteAt(bytes, at);
  if (first === byteOf.quote) return skipString(bytes, at);
  if (first === byteOf.minus || isDigit(first)) return skipNumber(bytes, at);
  if (first === 0x74) return skipLiteral(bytes, at, literals.true);
  if (first === 0x66) return skipLiteral(bytes, at, literals.false);
  if (first === 0x6e) return skipLiteral(bytes, at, literals.null);
  throw unexpected(bytes, at);
}

/**
 * A string whose opening quote should be at `at`.
 * @throws JsonScanError
 */
export function skipString(bytes: Uint8Array, at: number): number {
  if (byteAt(bytes, at) !== byteOf.quote) throw unexpected(bytes, at);
  let next = at + 1;
  for (;;) {
    while (plainInString[bytes[next] ?? 0] === 1) next += 1;
    const byte = byteAt(bytes, next);
    if (byte === byteOf.quote) return next + 1;
    if (byte !== byteOf.backslash) throw unexpected(bytes, next);
    next = skipEscape(bytes, next);
  }
}

/** One entry for each byte: 1 where it belongs to the set. */
function byteSet(has: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_none, byte) => (has(byte) ? 1 : 0));
}

/** A table is looked up in less time than three comparisons take, and strings are most of an item. */
const plainInString = byteSet(
  (byte) => byte >= 0x20 && byte !== byteOf.quote && byte !== byteOf.backslash,
);
const simpleEscapes = byteSet((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));
const UNICODE_ESCAPE = 0x75;

function skipEscape(bytes: Uint8Array, backslash: number): number {
  const kind = byteAt(bytes, backslash + 1);
  if (simpleEscapes[kind] === 1) return backslash + 2;
  if (kind !== UNICODE_ESCAPE) throw unexpected(bytes, backslash + 1);
  for (let at = backslash + 2; at < backslash + 6; at += 1) {
    if (!isHexDigit(byteAt(bytes, at))) throw unexpected(bytes, at);
  }
  return backslash + 6;
}

function skipNumber(bytes: Uint8Array, start: number): number {
  let at = byteAt(bytes, start) === byteOf.minus ? start + 1 : start;
  at = byteAt(bytes, at) === 0x30 ? at + 1 : skipDigits(bytes, at);
  if (byteAt(bytes, at) === 0x2e) at = skipDigits(bytes, at + 1);
  const exponent = byteAt(bytes, at);
  if (exponent !== 0x65 && exponent !== 0x45) return at;
  const sign = byteAt(bytes, at + 1);
  return skipDigits(bytes, sign === 0x2b || sign === byteOf.minus ? at + 2 : at + 1);
}

function skipDigits(bytes: Uint8Array, start: number): number {
  if (!isDigit(byteAt(bytes, start))) throw unexpected(bytes, start);
  let at = start + 1;
  while (isDigit(byteAt(bytes, at))) at += 1;
  return at;
}

const literals = {
  true: Buffer.from('true'),
  false: Buffer.from('false'),
  null: Buffer.from('null'),
} as const;

function skipLiteral(bytes: Uint8Array, start: number, literal: Uint8Array): number {
  for (let i = 0; i < literal.length; i += 1) {
    if (byteAt(bytes, start + i) !== literal[i]) throw unexpected(bytes, start + i);
  }
  return start + literal.length;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}
