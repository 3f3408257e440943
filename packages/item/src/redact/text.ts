/**
 * Text whose every unit knows which byte of the item it was spelled by, so that what is found in what a
 * string means can be cut out of how it is written.
 */
import { type Span } from '../json-scan.ts';
import { createShifts } from './shifts.ts';

export interface Text {
  /** Bytes above 7F stand as one unit each: all that is looked for is ASCII. */
  readonly chars: string;
  /** Offset in the item of the unit at this index; for the length, the offset behind the last one. */
  readonly offsetOf: (index: number) => number;
}

/** What a scanned string means; `span` has its quotes. */
export function textOfString(bytes: Buffer, { start, end }: Span): Text {
  const raw = bytes.toString('latin1', start + 1, end - 1);
  const from = start + 1;
  const plain: Text = { chars: raw, offsetOf: (index) => from + index };
  return raw.includes('\\') ? decoded(plain, readEscape) : plain;
}

/** The part of a text from one index up to, not including, another. */
export function slice(text: Text, start: number, end: number): Text {
  return {
    chars: text.chars.slice(start, end),
    offsetOf: (index) => text.offsetOf(start + index),
  };
}

/** What a part of a query means (`+` is a blank); escapes that are none stay as they are. */
export function percentDecoded(text: Text): Text {
  return isPercentEncoded(text.chars) ? decoded(text, readPercent) : text;
}

/** Whether a part of a query means something else than it says. */
export function isPercentEncoded(chars: string): boolean {
  return /[%+]/.test(chars);
}

/** An escape: how many units it takes, and the one that it stands for. */
interface Escape {
  length: number;
  unit: number;
}

/** Reads the escape at `at` into `escape`, which is used again and again; false where none stands there. */
type ReadEscape = (chars: string, at: number, escape: Escape) => boolean;

/** Decoded unit for unit into memory of a known size: a text may be nothing but escapes. */
function decoded(parent: Text, read: ReadEscape): Text {
  const { chars } = parent;
  const units = wide.test(chars) ? new Uint16Array(chars.length) : new Uint8Array(chars.length);
  const shifts = createShifts();
  const escape: Escape = { length: 1, unit: 0 };
  let length = 0;
  for (let at = 0; at < chars.length; length += 1) {
    if (read(chars, at, escape)) {
      units[length] = escape.unit;
      at += escape.length;
      shifts.add(length + 1, at - length - 1);
    } else {
      units[length] = chars.charCodeAt(at);
      at += 1;
    }
  }
  const offsetOf = (index: number): number => parent.offsetOf(index + shifts.at(index));
  return { chars: textOfUnits(units.subarray(0, length)), offsetOf };
}

/** Whether a unit may not fit into a byte. */
const wide = /[\u0100-\uffff]|\\u(?!00)/;

function textOfUnits(units: Uint8Array | Uint16Array): string {
  const bytes = Buffer.from(units.buffer, units.byteOffset, units.byteLength);
  return bytes.toString(units instanceof Uint8Array ? 'latin1' : 'utf16le');
}

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const controls: ReadonlyMap<number, number> = new Map(
  Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(([letter, unit]) => [
    letter.charCodeAt(0),
    unit.charCodeAt(0),
  ]),
);

/** RFC 8259 §7, in a string that has been scanned. */
function readEscape(chars: string, at: number, escape: Escape): boolean {
  if (chars.charCodeAt(at) !== BACKSLASH) return false;
  const letter = chars.charCodeAt(at + 1);
  escape.length = letter === LETTER_U ? 6 : 2;
  escape.unit = letter === LETTER_U ? hexAt(chars, at + 2, 4) : (controls.get(letter) ?? letter);
  return true;
}

const PERCENT = 0x25;
const PLUS = 0x2b;
const BLANK = 0x20;

function readPercent(chars: string, at: number, escape: Escape): boolean {
  const sign = chars.charCodeAt(at);
  escape.length = sign === PLUS ? 1 : 3;
  escape.unit = sign === PLUS ? BLANK : sign === PERCENT ? hexAt(chars, at + 1, 2) : -1;
  return escape.unit >= 0;
}

/** The number that hexadecimal digits spell; below 0 where one of them is none, or missing. */
function hexAt(chars: string, from: number, digits: number): number {
  let value = 0;
  for (let at = from; at < from + digits; at += 1) {
    const digit = digitValues[chars.charCodeAt(at)] ?? -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

const digitValues = Int8Array.from({ length: 128 }, (_none, code) => {
  const digit = String.fromCharCode(code);
  return /[0-9A-Fa-f]/.test(digit) ? Number.parseInt(digit, 16) : -1;
});
