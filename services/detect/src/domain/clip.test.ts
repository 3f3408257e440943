import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clip } from './clip.ts';

describe('clip', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcdef', 5, 'ab…'],
    ['äöü', 6, 'äöü'],
    ['äöüß', 6, 'ä…'],
    ['a😀😀', 8, 'a😀…'],
    ['a😀😀', 7, 'a…'],
  ])('cuts %j to %d bytes: %j', (text, maxBytes, expected) => {
    expect(clip(text, maxBytes)).toBe(expected);
  });

  it('never exceeds the limit and never splits a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 3, max: 20 }), (text, max) => {
        const clipped = clip(text, max);
        expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(max);
        expect(Buffer.from(clipped).toString()).toBe(clipped);
        expect(clipped === text || text.startsWith(clipped.slice(0, -1))).toBe(true);
      }),
    );
  });
});
