/**
 * Text whose every unit knows which byte of the item it was spelled by, so that what is found in what a
 * string means can be cut out of how it is written.
 */
import { type Span } from '../json-scan.ts';

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
  return raw.includes('\\') ? decoded(plain, nextEscape) : plain;
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
  return /[%+]/.test(text.chars) ? decoded(text, nextPercent) : text;
}

/** An escape, and the one unit that it stands for. */
interface Escape extends Span {
  readonly unit: string;
}

type NextEscape = (chars: string, from: number) => Escape | undefined;

function decoded(parent: Text, next: NextEscape): Text {
  // Where runs begin that stand in the parent one unit for one.
  const [indexes, places]: [number[], number[]] = [[0], [0]];
  const parts: string[] = [];
  const { chars } = parent;
  let [length, at] = [0, 0];
  const run = (part: string, behind: number): void => {
    parts.push(part);
    length += part.length;
    at = behind;
    indexes.push(length);
    places.push(at);
  };
  for (let found = next(chars, 0); found !== undefined; found = next(chars, at)) {
    run(chars.slice(at, found.start), found.start);
    run(found.unit, found.end);
  }
  parts.push(chars.slice(at));
  const offsetOf = (index: number): number => {
    const before = lastAtMost(indexes, index);
    return parent.offsetOf((places[before] ?? 0) + index - (indexes[before] ?? 0));
  };
  return { chars: parts.join(''), offsetOf };
}

/** Index of the last number of an ascending list that is not above `limit`; the first is not. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** RFC 8259 §7, in a string that has been scanned. */
function nextEscape(chars: string, from: number): Escape | undefined {
  const start = chars.indexOf('\\', from);
  if (start < 0) return undefined;
  const letter = chars[start + 1] ?? '';
  if (letter !== 'u') return { start, end: start + 2, unit: controls[letter] ?? letter };
  const code = Number.parseInt(chars.slice(start + 2, start + 6), 16);
  return { start, end: start + 6, unit: String.fromCharCode(code) };
}

function nextPercent(chars: string, from: number): Escape | undefined {
  for (let start = from; start < chars.length; start += 1) {
    const unit = chars[start];
    if (unit === '+') return { start, end: start + 1, unit: ' ' };
    const code = unit === '%' ? hexOf(chars.slice(start + 1, start + 3)) : undefined;
    if (code !== undefined) return { start, end: start + 3, unit: String.fromCharCode(code) };
  }
  return undefined;
}

function hexOf(digits: string): number | undefined {
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
