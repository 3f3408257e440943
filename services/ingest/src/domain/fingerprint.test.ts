import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  beginsWith,
  emptyTrail,
  extendTrail,
  fingerprintOf,
  isFingerprint,
  maxAnchorBytes,
  maxHeadBytes,
} from './fingerprint.ts';

describe('a fingerprint', () => {
  it('is SHA-256 of the bytes, with their number', () => {
    expect(fingerprintOf(Buffer.from('abc'))).toEqual({
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  it.each([
    ['abc', true],
    ['abcdef', true],
    ['ab', false],
    ['abd', false],
    ['', false],
  ])('of "abc" is that of a file with "%s": %s', (content, is) => {
    expect(beginsWith(Buffer.from(content), fingerprintOf(Buffer.from('abc')))).toBe(is);
  });

  it.each([
    [{ bytes: 3, sha256: 'a'.repeat(64) }, true],
    [{ bytes: 3, sha256: 'a'.repeat(63) }, false],
    [{ bytes: '3', sha256: 'a'.repeat(64) }, false],
    [null, false],
  ])('%j is one: %s', (value, is) => {
    expect(isFingerprint(value)).toBe(is);
  });
});

describe('a trail', () => {
  it('has the first and the last bytes, however they came', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 8 }), (parts) => {
        const whole = Buffer.concat(parts);
        const trail = parts.map((part) => Buffer.from(part)).reduce(extendTrail, emptyTrail);
        expect(trail.head).toEqual(whole.subarray(0, maxHeadBytes));
        expect(trail.anchor).toEqual(whole.subarray(Math.max(0, whole.length - maxAnchorBytes)));
      }),
    );
  });

  it('shares no memory with what it was made of', () => {
    const bytes = Buffer.from('abc');
    const trail = extendTrail(emptyTrail, bytes);
    bytes.fill(0);
    expect([trail.head.toString(), trail.anchor.toString()]).toEqual(['abc', 'abc']);
  });
});
