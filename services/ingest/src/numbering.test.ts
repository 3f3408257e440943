import { describe, expect, it } from '@jest/globals';
import { decodePredecessor, decodeSequence, decodeVoid } from '@auditstream/events/sequence';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { createNumbering, type Numbered, type NumberingState } from './numbering.ts';

const nothing: NumberingState = { partitions: [] };

function numbering(before = nothing, epoch = 7) {
  let salts = 0;
  return createNumbering({
    ...{ ingester: 'aaaaaaaaaaaaaaaa', epoch, before },
    partitionOf: (key) => Number(key.toString()),
    newSalt: () => Buffer.alloc(16, (salts += 1)),
  });
}

const records = (...partitions: number[]): OutgoingRecord[] =>
  partitions.map((partition) => ({
    ...{ topic: 'audit.ingested', key: Buffer.from(String(partition)), value: Buffer.from('v') },
  }));

/** Each record as `partition/sequence`. */
const numbersOf = (numbered: Numbered): readonly string[] =>
  numbered.records.map(({ partition, headers = {} }) => {
    const number = decodeSequence(headers);
    expect(number?.partition).toBe(partition);
    return `${number?.partition ?? ''}/${number?.sequence ?? ''}`;
  });
const headersAt = ({ records }: Numbered, at: number) => records[at]?.headers ?? {};

describe('numbering', () => {
  it('counts each partition by itself, with a salt for each record', () => {
    const lines = numbering();
    const first = lines.number(records(0, 1, 0));
    expect(numbersOf(first)).toEqual(['0/1', '1/1', '0/2']);
    expect(numbersOf(lines.number(records(1, 0)))).toEqual(['1/2', '0/3']);
    expect(headersAt(first, 1)['salt']).toEqual(Buffer.alloc(16, 2));
    expect(decodeSequence(headersAt(first, 0))).toMatchObject({
      ...{ ingester: 'aaaaaaaaaaaaaaaa', epoch: 7 },
    });
  });

  it('leaves records of other topics as they are', () => {
    const letter = { topic: 'audit.dead-letters', key: null, value: Buffer.from('v') };
    expect(numbering().number([letter]).records).toEqual([letter]);
  });

  it('names the predecessor until a durable record has done so', () => {
    const durable = { epoch: 6, last: 41 };
    const lines = numbering({ partitions: [{ partition: 0, durable, voids: [] }] });
    const [lost, kept] = [lines.number(records(0, 0)), lines.number(records(0))];
    lost.refused('unknown');
    kept.durable([]);
    expect([lost, kept].map((one) => decodePredecessor(headersAt(one, 0)))).toEqual([
      durable,
      durable,
    ]);
    expect(decodePredecessor(headersAt(lost, 1))).toBeUndefined();
    expect(decodePredecessor(headersAt(lines.number(records(0)), 0))).toBeUndefined();
    expect(decodePredecessor(headersAt(lines.number(records(2)), 0))).toEqual({
      ...{ epoch: 0, last: 0 },
    });
  });

  it('gives a number again that is certainly nowhere, unless a later one was given', () => {
    const lines = numbering();
    lines.number(records(0, 0)).refused('unsent');
    expect(numbersOf(lines.number(records(0)))).toEqual(['0/1']);
    const earlier = lines.number(records(0, 0));
    lines.number(records(0)).durable([]);
    earlier.refused('unsent');
    const next = lines.number(records(0));
    expect(numbersOf(next)).toEqual(['0/5']);
    expect(decodeVoid(headersAt(next, 0))).toEqual([{ epoch: 7, first: 2, last: 3 }]);
  });

  it('declares void what was refused, until a durable record has done so', () => {
    const lines = numbering();
    lines.number(records(0, 0)).refused('unknown');
    lines.number(records(0)).refused('unknown');
    const teller = lines.number(records(0, 0));
    expect(decodeVoid(headersAt(teller, 0))).toEqual([{ epoch: 7, first: 1, last: 3 }]);
    expect(decodeVoid(headersAt(teller, 1))).toEqual([]);
    teller.durable([]);
    expect(decodeVoid(headersAt(lines.number(records(0)), 0))).toEqual([]);
  });

  it('declares void what was too large, and again what that record would have told', () => {
    const lines = numbering();
    lines.number(records(0)).refused('unknown');
    const teller = lines.number(records(0, 0));
    teller.durable(teller.records.slice(0, 1));
    const next = lines.number(records(0));
    expect(decodeVoid(headersAt(next, 0))).toEqual([{ epoch: 7, first: 1, last: 2 }]);
  });

  it('hands what it has not told on to the next epoch', () => {
    const lines = numbering();
    lines.number(records(0, 0, 0)).durable([]);
    const [spooled] = lines.number(records(0)).records;
    lines.number(records(1)).refused('unknown');
    const next = numbering(lines.state(), 8);
    const first = next.number(records(0, 1));
    expect(decodePredecessor(headersAt(first, 0))).toEqual({ epoch: 7, last: 3 });
    expect(decodeVoid(headersAt(first, 1))).toEqual([{ epoch: 7, first: 1, last: 1 }]);
    first.durable([]);
    if (spooled !== undefined) next.gaveUp([spooled]);
    expect(decodeVoid(headersAt(next.number(records(0)), 0))).toEqual([
      { epoch: 7, first: 4, last: 4 },
    ]);
    expect(next.state().partitions).toMatchObject([
      { partition: 0, durable: { epoch: 8, last: 1 } },
      { partition: 1, durable: { epoch: 8, last: 1 } },
    ]);
  });
});
