import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonScanError } from './json-cursor.ts';
import { elementsOf, membersOf, type Span } from './json-scan.ts';

const DEPTH = 64;

/** JSON text of a value, spelled in one of many ways: white space, escapes, exponents, repeated keys. */
const space = fc.stringMatching(/^[ \t\r\n]{0,2}$/);
const character = fc.oneof(
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .map((c) => JSON.stringify(c).slice(1, -1)),
  fc.integer({ min: 0, max: 0xffff }).map((n) => `\\u${n.toString(16).padStart(4, '0')}`),
  fc.constantFrom('\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\"', '\\\\'),
);
const stringText = fc.array(character, { maxLength: 8 }).map((parts) => `"${parts.join('')}"`);
const numberText = fc.stringMatching(
  /^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,3})?$/,
);
const keyText = fc.oneof(
  stringText,
  fc.constantFrom('"a"', '"\\u0061"', '"__proto__"', '"kind"', '""'),
);

const { jsonText } = fc.letrec<{ jsonText: string; object: string; array: string }>((tie) => ({
  jsonText: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom('null', 'true', 'false'),
    stringText,
    numberText,
    tie('object'),
    tie('array'),
  ),
  object: fc
    .array(fc.tuple(space, keyText, space, space, tie('jsonText'), space), { maxLength: 4 })
    .map((members) => {
      const texts = members.map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`);
      return `{${texts.join(',')}}`;
    }),
  array: fc
    .array(fc.tuple(space, tie('jsonText'), space), { maxLength: 4 })
    .map((elements) => `[${elements.map((parts) => parts.join('')).join(',')}]`),
}));
const document = fc.tuple(space, jsonText, space).map((parts) => parts.join(''));

/** Text that is nearly JSON: a document with a part taken out, doubled or replaced. */
const damaged = fc
  .tuple(
    document,
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', ',', '"', '}', ']', '\\', '0', ' ', '\u00e9'),
  )
  .map(([text, at, length, put]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + put + text.slice(start + length);
  });

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function scans(text: string): boolean {
  try {
    membersOf(Buffer.from(text), DEPTH);
    return true;
  } catch (error) {
    if (error instanceof JsonScanError) return false;
    throw error;
  }
}

function parsedSpan(bytes: Buffer, start: number, end: number): unknown {
  return JSON.parse(bytes.toString('utf8', start, end));
}

function asMap(text: string): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(JSON.parse(text) as object));
}

describe('the scanner', () => {
  it('takes every spelling of JSON that JSON.parse takes', () => {
    fc.assert(fc.property(document, (text) => parses(text) && scans(text)));
  });

  it('agrees with JSON.parse about damaged text', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        expect(scans(text)).toBe(parses(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with JSON.parse about arbitrary text', () => {
    const unit = fc.constantFrom(...Array.from('{}[]",:\\ \n0123456789-+.eEtruefalsn\u0001\u00e9'));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        expect(scans(text)).toBe(parses(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('cuts out members that read as the same object', () => {
    fc.assert(
      fc.property(document, (text) => {
        const bytes = Buffer.from(text);
        const members = membersOf(bytes, DEPTH);
        const isObject = text.trimStart().startsWith('{');
        expect(members !== null).toBe(isObject);
        if (members === null) return;
        const read = new Map(
          members.map(({ key, valueStart, end }) => [key, parsedSpan(bytes, valueStart, end)]),
        );
        expect(read).toEqual(asMap(text));
        const whole = members.map(({ start, end }) => bytes.toString('utf8', start, end));
        expect(asMap(`{${whole.join(',')}}`)).toEqual(asMap(text));
      }),
    );
  });

  it('cuts out elements that read as the same array', () => {
    fc.assert(
      fc.property(document, (text) => {
        const bytes = Buffer.from(text);
        const elements = elementsOf(bytes, DEPTH);
        const parsed: unknown = JSON.parse(text);
        expect(elements !== null).toBe(Array.isArray(parsed));
        if (elements === null) return;
        expect(elements.map(({ start, end }: Span) => parsedSpan(bytes, start, end))).toEqual(
          parsed,
        );
      }),
    );
  });

  it('keeps repeated keys, big integers and escapes as they are', () => {
    const text = '{ "n":12345678901234567890 ,"n" : 1.0,"\\u006b":"\\u00e9\\/"}';
    const bytes = Buffer.from(text);
    const members = membersOf(bytes, DEPTH) ?? [];
    expect(members.map(({ key }) => key)).toEqual(['n', 'n', 'k']);
    expect(members.map(({ start, end }) => bytes.toString('utf8', start, end))).toEqual([
      '"n":12345678901234567890',
      '"n" : 1.0',
      '"\\u006b":"\\u00e9\\/"',
    ]);
  });
});

type Broken = readonly [what: string, bytes: Buffer, code: string, offset: number];

const broken: readonly Broken[] = [
  ['nothing', Buffer.from(''), 'unexpected-end', 0],
  ['white space', Buffer.from(' \n'), 'unexpected-end', 2],
  ['a byte order mark', Buffer.from('\ufeff{}'), 'unexpected-byte', 0],
  ['a vertical tab as white space', Buffer.from('\v{}'), 'unexpected-byte', 0],
  ['a no-break space', Buffer.from('\u00a0{}'), 'unexpected-byte', 0],
  ['an object that is not closed', Buffer.from('{"a":1'), 'unexpected-end', 6],
  ['a string that is not closed', Buffer.from('{"a'), 'unexpected-end', 3],
  ['a backslash at the end', Buffer.from('"\\'), 'unexpected-end', 2],
  ['a cut-off escape', Buffer.from('"\\u00e'), 'unexpected-end', 6],
  ['an unknown escape', Buffer.from('"\\x"'), 'unexpected-byte', 2],
  ['a raw line feed in a string', Buffer.from('"\n"'), 'unexpected-byte', 1],
  ['a null byte in a string', Buffer.from([0x22, 0, 0x22]), 'unexpected-byte', 1],
  ['a trailing comma', Buffer.from('{"a":1,}'), 'unexpected-byte', 7],
  ['a missing colon', Buffer.from('{"a" 1}'), 'unexpected-byte', 5],
  ['a missing comma', Buffer.from('[1 2]'), 'unexpected-byte', 3],
  ['a wrong closing byte', Buffer.from('[1}'), 'unexpected-byte', 2],
  ['a key without quotes', Buffer.from('{a:1}'), 'unexpected-byte', 1],
  ['single quotes', Buffer.from("{'a':1}"), 'unexpected-byte', 1],
  ['a comment', Buffer.from('{}//'), 'unexpected-byte', 2],
  ['a second value', Buffer.from('{} {}'), 'unexpected-byte', 3],
  ['a leading zero', Buffer.from('[01]'), 'unexpected-byte', 2],
  ['a leading plus', Buffer.from('[+1]'), 'unexpected-byte', 1],
  ['a lone minus', Buffer.from('-'), 'unexpected-end', 1],
  ['a number that ends in a point', Buffer.from('[1.]'), 'unexpected-byte', 3],
  ['an exponent without digits', Buffer.from('[1e+]'), 'unexpected-byte', 4],
  ['NaN', Buffer.from('NaN'), 'unexpected-byte', 0],
  ['a literal with a capital', Buffer.from('True'), 'unexpected-byte', 0],
  ['a cut-off literal', Buffer.from('tru'), 'unexpected-end', 3],
  ['a nesting that is too deep', Buffer.from('['.repeat(65)), 'too-deep', 64],
];

describe('text that is not JSON', () => {
  it.each(broken)('is refused: %s', (...[, bytes, code, offset]) => {
    expect(() => membersOf(bytes, DEPTH)).toThrow(expect.objectContaining({ code, offset }));
  });

  it('counts depth from the outermost array or object', () => {
    const nested = (levels: number): Buffer => Buffer.from('['.repeat(levels) + ']'.repeat(levels));
    expect(membersOf(nested(DEPTH), DEPTH)).toBeNull();
    expect(() => membersOf(nested(DEPTH + 1), DEPTH)).toThrow('nested too deeply at byte 64');
  });

  it('survives a nesting of millions of levels', () => {
    const bytes = Buffer.alloc(4_000_000, '[');
    expect(() => membersOf(bytes, DEPTH)).toThrow('nested too deeply');
    expect(() => membersOf(bytes, Infinity)).toThrow('ends too early');
  });
});
