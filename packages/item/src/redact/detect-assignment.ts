/** `name=value`, `name: value` and `"name":"value"` in text, where the name is that of a secret. */
import { charSet, endOfRun, endOfShortRun, isIn, space, startOfRun } from './chars.ts';
import { type Detector, found, type Looked, nothing } from './found.ts';
import { marker } from './marker.ts';
import { kindOfName } from './names.ts';

const nameChars = charSet(/[A-Za-z0-9_.-]/);
/** Enough of a name to know how it ends. */
const MAX_NAME = 64;
const quote = charSet(/["'`]/);
const bareEnd = charSet(/[\s"'`&;<>]/);

/** Looks at the name in which a part of a secret's name stands at `at`. */
export const assignment: Detector = (chars, at) => {
  const nameEnd = endOfRun(nameChars, chars, at);
  const nameStart = startOfRun(nameChars, chars, { to: at, most: MAX_NAME });
  const kind = kindOfName(chars.slice(Math.max(nameStart, nameEnd - 2 * MAX_NAME), nameEnd));
  if (kind === undefined) return nothing(nameEnd);
  const sign = readSign(chars, nameEnd);
  if (sign === undefined) return nothing(nameEnd);
  const value = readValue(chars, { nameStart, nameEnd, ...sign });
  if (isSettled(chars, value)) return nothing(value.start);
  return found(value.start, value.end, kind);
};

/** Nothing, or the marker. */
function isSettled(chars: string, { start, end }: { start: number; end: number }): boolean {
  return end === start || (end - start === marker.length && chars.startsWith(marker, start));
}

interface Sign {
  readonly colon: boolean;
  /** Whether the name stands in quotes, as in JSON. */
  readonly quoted: boolean;
  readonly valueAt: number;
}

const MAX_BLANKS = 8;

/** What stands between a name and its value. */
function readSign(chars: string, nameEnd: number): Sign | undefined {
  let at = nameEnd;
  while (chars[at] === '\\') at += 1;
  const quoted = isIn(quote, chars, at);
  if (quoted) at += 1;
  else if (at > nameEnd) return undefined;
  at = endOfShortRun(space, chars, { from: at, most: MAX_BLANKS });
  const colon = chars[at] === ':';
  if (!colon && chars[at] !== '=') return undefined;
  at += 1;
  if (chars[at] === '=' || chars[at] === '>') at += 1;
  return { colon, quoted, valueAt: endOfShortRun(space, chars, { from: at, most: MAX_BLANKS }) };
}

interface Assigned extends Sign {
  readonly nameStart: number;
  readonly nameEnd: number;
}

function readValue(chars: string, sign: Assigned): { start: number; end: number } {
  const slashes = endOfBackslashes(chars, sign.valueAt) - sign.valueAt;
  const opening = sign.valueAt + slashes;
  if (isIn(quote, chars, opening)) {
    const start = opening + 1;
    return { start, end: closingQuote(chars, opening, slashes) };
  }
  const start = sign.valueAt;
  if (sign.quoted && (chars[start] === '{' || chars[start] === '[')) return { start, end: start };
  return { start, end: endOfBare(chars, sign) };
}

/** A quote of the same kind behind as many backslashes closes; more of them escape one that is inside. */
function closingQuote(chars: string, opening: number, slashes: number): number {
  const sign = chars[opening] ?? '';
  for (let at = chars.indexOf(sign, opening + 1); at >= 0; at = chars.indexOf(sign, at + 1)) {
    let before = at;
    while (chars[before - 1] === '\\' && before - 1 > opening) before -= 1;
    if (at - before <= slashes) return before;
  }
  return chars.length;
}

const headers = /(?:authorization|cookie)$/i;

function endOfBare(chars: string, { nameStart, nameEnd, colon, valueAt }: Assigned): number {
  if (colon && (isYaml(chars, nameStart) || headers.test(chars.slice(nameStart, nameEnd)))) {
    return endOfLine(chars, valueAt);
  }
  if (colon && isSpelledYaml(chars, nameStart)) return endOfSpelledLine(chars, valueAt);
  if (colon && isIn(quote, chars, nameStart - 1)) {
    const lineEnd = endOfSpelledLine(chars, valueAt);
    if (chars[lineEnd] === '\\') return lineEnd;
  }
  let end = valueAt;
  while (end < chars.length && !isIn(bareEnd, chars, end)) end += 1;
  return chars[end - 1] === '\\' && isIn(quote, chars, end) ? end - 1 : end;
}

const lineEnd = charSet(/[^\r\n"'`]/);

/** A scalar of YAML, or a header, has blanks in it. */
function endOfLine(chars: string, from: number): number {
  const end = endOfRun(lineEnd, chars, from);
  return chars[end - 1] === '\\' ? end - 1 : end;
}

/** Whether a name stands at the beginning of one of several lines, as in YAML. */
function isYaml(chars: string, nameStart: number): boolean {
  let at = nameStart;
  const first = Math.max(0, nameStart - MAX_NAME);
  while (at > first && (chars[at - 1] === ' ' || chars[at - 1] === '-')) at -= 1;
  return at > 0 ? chars[at - 1] === '\n' : chars.includes('\n', nameStart);
}

/**
 * The same where a text quotes another and spells its line breaks, as an API server does with a bad name:
 * the letter of the break then looks like a part of the name.
 */
function isSpelledYaml(chars: string, nameStart: number): boolean {
  if (chars[nameStart - 1] === '\\') return isBreakLetter(chars[nameStart]);
  let at = nameStart;
  const first = Math.max(0, nameStart - MAX_NAME);
  while (at > first && (chars[at - 1] === ' ' || chars[at - 1] === '-')) at -= 1;
  return chars[at - 2] === '\\' && isBreakLetter(chars[at - 1]);
}

/** Where the line ends, by a break that is spelled or otherwise. */
function endOfSpelledLine(chars: string, from: number): number {
  let at = from;
  // No further than the break: a text may be one line with many that are spelled.
  while (at < chars.length && isIn(lineEnd, chars, at)) {
    const behind = endOfBackslashes(chars, at);
    if (behind > at && isBreakLetter(chars[behind])) return at;
    at = Math.max(behind, at + 1);
  }
  return chars[at - 1] === '\\' ? at - 1 : at;
}

function isBreakLetter(letter: string | undefined): boolean {
  return letter === 'n' || letter === 'r';
}

/** Moves over a run of backslashes. */
function endOfBackslashes(chars: string, from: number): number {
  let at = from;
  while (chars[at] === '\\') at += 1;
  return at;
}

/** `name=value` whose value is all that follows, as in an argument; undefined where it is none. */
export function wholeAssignment(chars: string): Looked | undefined {
  const nameEnd = endOfRun(nameChars, chars, 0);
  const sign = chars[nameEnd];
  if (nameEnd === 0 || (sign !== '=' && sign !== ':')) return undefined;
  const kind = kindOfName(chars.slice(Math.max(0, nameEnd - 2 * MAX_NAME), nameEnd));
  return kind && found(nameEnd + 1, chars.length, kind);
}
