import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { percentDecoded, type Text, textOfString } from './text.ts';

/** One unit of a text, and a way to spell it. */
interface Spelled {
  readonly unit: string;
  readonly spelling: string;
}

function expectSpelled(text: Text, spelled: readonly Spelled[], from: number): void {
  expect(text.chars).toBe(spelled.map(({ unit }) => unit).join(''));
  let at = from;
  for (const [index, { spelling }] of spelled.entries()) {
    expect(text.offsetOf(index)).toBe(at);
    at += spelling.length;
  }
  expect(text.offsetOf(spelled.length)).toBe(at);
}

function hex(unit: string, digits: number): string {
  return unit.charCodeAt(0).toString(16).padStart(digits, '0');
}

const latin = fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code));
const any = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

const inString = fc.oneof(
  latin.filter((unit) => unit !== '"' && unit !== '\\').map((unit) => ({ unit, spelling: unit })),
  fc
    .constantFrom(['"', '"'], ['\\', '\\'], ['/', '/'], ['n', '\n'], ['t', '\t'], ['b', '\b'])
    .map(([letter = '', unit = '']) => ({ unit, spelling: `\\${letter}` })),
  any.map((unit) => ({ unit, spelling: `\\u${hex(unit, 4).toUpperCase()}` })),
);

const inQuery = fc.oneof(
  latin.filter((unit) => !'%+'.includes(unit)).map((unit) => ({ unit, spelling: unit })),
  fc.constant({ unit: ' ', spelling: '+' }),
  latin.map((unit) => ({ unit, spelling: `%${hex(unit, 2)}` })),
);

describe('text', () => {
  it('knows by which bytes each unit of a string is spelled', () => {
    fc.assert(
      fc.property(fc.array(inString), (spelled) => {
        const bytes = Buffer.from(
          `,"${spelled.map(({ spelling }) => spelling).join('')}"`,
          'latin1',
        );
        expectSpelled(textOfString(bytes, { start: 1, end: bytes.length }), spelled, 2);
      }),
    );
  });

  it('knows it of a query, too', () => {
    fc.assert(
      fc.property(fc.array(inQuery), (spelled) => {
        const chars = spelled.map(({ spelling }) => spelling).join('');
        const text = percentDecoded({ chars, offsetOf: (index) => index + 7 });
        expectSpelled(text, spelled, 7);
      }),
    );
  });

  it.each(['%', '%4', '%4x', '%x4', 'a%'])('leaves %j, which is no escape', (chars) => {
    expect(percentDecoded({ chars, offsetOf: (index) => index }).chars).toBe(chars);
  });
});
