import { type Pattern } from './pattern.ts';

/**
 * Makes two texts that differ only in case equal: Unicode's lower case, independent of language,
 * with the final sigma as an ordinary one, so that the fold of a part is a part of the fold.
 */
function foldCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}

/** The text of an event's scalar as rules see it; undefined for null, objects and arrays. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const isScalar = ['number', 'bigint', 'boolean'].includes(typeof value);
  return isScalar ? String(value) : undefined;
}

/**
 * Builds the test of a pattern. Only the pattern's own shape decides how: patterns without `?` and
 * with `*` at their ends alone become a plain string comparison.
 */
export function compilePattern(pattern: Pattern, cased: boolean): (text: string) => boolean {
  if (cased) return compileShape(pattern);
  const folded = pattern.map((part) =>
    typeof part === 'string' ? part : { text: foldCase(part.text) },
  );
  const matches = compileShape(folded);
  return (text) => matches(foldCase(text));
}

function compileShape(pattern: Pattern): (text: string) => boolean {
  const texts = pattern.flatMap((part) => (typeof part === 'string' ? [] : [part.text]));
  const needle = texts[0] ?? '';
  switch (shapeOf(pattern)) {
    case '':
    case 'text':
      return (text) => text === needle;
    case '*':
      return () => true;
    case 'text*':
      return (text) => text.startsWith(needle);
    case '*text':
      return (text) => text.endsWith(needle);
    case '*text*':
      return (text) => text.includes(needle);
    default:
      return compileGlob(pattern);
  }
}

function shapeOf(pattern: Pattern): string {
  return pattern.map((part) => (typeof part === 'string' ? part : 'text')).join('');
}

/**
 * Matches wildcards without a regular expression, going back to the last `*` only: the work is
 * bounded by the pattern's length times the text's. `?` is one code point.
 */
function compileGlob(pattern: Pattern): (text: string) => boolean {
  return (text) => {
    let [at, part] = [0, 0];
    let [star, starAt] = [-1, 0];
    while (at < text.length) {
      const next = advance(pattern[part], text, at);
      if (pattern[part] === '*') {
        [star, starAt] = [part, at];
        part += 1;
      } else if (next >= 0) {
        at = next;
        part += 1;
      } else if (star >= 0) {
        starAt += widthAt(text, starAt);
        [at, part] = [starAt, star + 1];
      } else return false;
    }
    return pattern.slice(part).every((rest) => rest === '*');
  };
}

/** Where a part that is found at `at` ends in the text; -1 where it is not there. */
function advance(part: Pattern[number] | undefined, text: string, at: number): number {
  if (part === undefined || part === '*') return -1;
  if (part === '?') return at < text.length ? at + widthAt(text, at) : -1;
  return text.startsWith(part.text, at) ? at + part.text.length : -1;
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
