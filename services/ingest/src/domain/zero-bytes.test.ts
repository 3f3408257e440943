import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLineBuffer } from './line-buffer.ts';
import { blankZeros, trailingZeros } from './zero-bytes.ts';

describe('zeros', () => {
  it.each([
    ['', 0],
    ['abc', 0],
    ['\0', 1],
    ['a\0b\0\0', 2],
    ['\0\0\0', 3],
  ])('at the end of %j are %i', (text, count) => {
    expect(trailingZeros(Buffer.from(text))).toBe(count);
  });

  it.each([
    ['a\nb\n', 0, ['a', 'b']],
    ['a\n\0\0\0b\n', 3, ['a', 'b']],
    ['{"cut\0\0\0\0{"whole":1}\n', 4, ['{"cut', '{"whole":1}']],
    ['\0a\0b\0', 3, ['a', 'b']],
  ])('in %j are %i, and the lines around them stay', (text, count, lines) => {
    const bytes = Buffer.from(text);
    expect(blankZeros(bytes)).toBe(count);
    const found = createLineBuffer(100).push(bytes);
    expect(found.lines.map(String)).toEqual(lines);
    expect(found.completedBytes).toBe(text.length);
  });

  it('become white space, and nothing else changes', () => {
    const byte = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 200 }), (given) => {
        const bytes = Buffer.from(given);
        expect(blankZeros(bytes)).toBe(given.filter((one) => one === 0).length);
        expect(bytes.includes(0)).toBe(false);
        given.forEach((one, at) => {
          if (one !== 0) expect(bytes[at]).toBe(one);
        });
      }),
    );
  });
});
