import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base32hex } from './base32hex.ts';

describe('base32hex', () => {
  // RFC 4648 §10, without padding and in lower case.
  it.each([
    ['', ''],
    ['f', 'co'],
    ['fo', 'cpng'],
    ['foo', 'cpnmu'],
    ['foob', 'cpnmuog'],
    ['fooba', 'cpnmuoj1'],
    ['foobar', 'cpnmuoj1e8'],
  ])('writes "%s" as "%s"', (text, encoded) => {
    expect(base32hex(Buffer.from(text))).toBe(encoded);
  });

  it('sorts as the bytes do', () => {
    const bytes = fc.uint8Array({ minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [left, right] = [base32hex(a), base32hex(b)];
        const order = left < right ? -1 : left > right ? 1 : 0;
        expect(order).toBe(Buffer.compare(a, b));
      }),
    );
  });
});
