import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decodePredecessor,
  decodeSequence,
  decodeVoid,
  encodePredecessor,
  encodeSequence,
  encodeVoid,
} from './sequence.ts';

const count = fc.maxSafeNat();

describe('the headers of a number', () => {
  it('have the documented bytes', () => {
    const number = { ingester: '00112233445566ff', epoch: 258, partition: 5, sequence: 7 };
    expect(encodeSequence(number).toString('hex')).toBe(
      '00112233445566ff' + '0000000000000102' + '0005' + '0000000000000007',
    );
    expect(encodePredecessor({ epoch: 1, last: 9 }).toString('hex')).toBe(
      '00000000000000010000000000000009',
    );
    expect(encodeVoid([{ epoch: 1, first: 2, last: 3 }]).toString('hex')).toBe(
      '000000000000000100000000000000020000000000000003',
    );
  });

  it('are read as they were written', () => {
    const numbers = fc.record({
      ingester: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      epoch: count,
      partition: fc.nat({ max: 65_535 }),
      sequence: fc.integer({ min: 1 }),
    });
    const ranges = fc.array(fc.record({ epoch: count, first: count, last: count }));
    fc.assert(
      fc.property(numbers, ranges, count, ({ ingester, ...rest }, voids, last) => {
        const number = { ...rest, ingester: Buffer.from(ingester).toString('hex') };
        const predecessor = { epoch: rest.epoch, last };
        const headers = {
          seq: encodeSequence(number),
          prev: encodePredecessor(predecessor),
          void: encodeVoid(voids),
        };
        expect(decodeSequence(headers)).toEqual(number);
        expect(decodePredecessor(headers)).toEqual(predecessor);
        expect(decodeVoid(headers)).toEqual(voids);
      }),
    );
  });

  it('say nothing where they are missing or of another length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (any) => {
        const bytes = Buffer.from(any);
        const headers = { seq: bytes, prev: bytes, void: bytes };
        if (bytes.length !== 26) expect(decodeSequence(headers)).toBeUndefined();
        if (bytes.length !== 16)
          expect(decodePredecessor(headers)?.epoch ?? 0).toBeGreaterThanOrEqual(0);
        if (bytes.length % 24 !== 0) expect(decodeVoid(headers)).toEqual([]);
      }),
    );
    expect([decodeSequence({}), decodePredecessor({}), decodeVoid({})]).toEqual([
      undefined,
      undefined,
      [],
    ]);
  });
});
