import { describe, expect, it } from '@jest/globals';
import { deadLetterOfItem, deadLetterOfRecord, withoutBytes } from './dead-letter.ts';

const rejection = { code: 'not-json', message: 'Byte 3 is no JSON.' };

describe('deadLetterOfRecord', () => {
  const from = {
    service: 'enrich',
    rejection,
    rejectedAt: 1,
    record: { topic: 'audit.ingested', partition: 2, offset: 7, value: Buffer.from('abc') },
  };

  it('carries the record and where it stands', () => {
    expect(deadLetterOfRecord(from)).toMatchObject({
      ...{ service: 'enrich', reason: 'not-json', size: 3, payload: Buffer.from('abc') },
      ...{ topic: 'audit.ingested', partition: 2, offset: 7 },
    });
  });

  it.each([
    ['another offset', { ...from, record: { ...from.record, offset: 8 } }],
    ['another partition', { ...from, record: { ...from.record, partition: 3 } }],
    ['another service', { ...from, service: 'index' }],
  ])('has another id for %s', (_, other) => {
    expect(deadLetterOfRecord(other).id).not.toBe(deadLetterOfRecord(from).id);
  });

  it('has the same id for a repeat', () => {
    expect(deadLetterOfRecord({ ...from, rejectedAt: 9 }).id).toBe(deadLetterOfRecord(from).id);
  });
});

describe('deadLetterOfItem', () => {
  const item = {
    ...({ id: 'x', service: 'ingest', cluster: 'c', source: 'kubernetes', size: 12 } as const),
    ...{ rejection, rejectedAt: 1 },
  };

  it('carries no bytes: what could not be read could not be redacted', () => {
    const letter = deadLetterOfItem({ ...item, sealed: null });
    expect(letter).toMatchObject({ payload: null, size: 12, topic: null, reason: 'not-json' });
    expect(letter).toMatchObject({ sealed: null, sealedFormat: null, sealedTo: [] });
  });

  it('carries sealed bytes with what it takes to read them, and can do without', () => {
    const sealed = { bytes: Buffer.from('sealed'), format: 'age-encryption.org/v1', to: ['age1a'] };
    const letter = deadLetterOfItem({ ...item, sealed });
    expect(letter).toMatchObject({ sealed: sealed.bytes, sealedTo: ['age1a'], payload: null });
    expect(letter.sealedFormat).toBe(sealed.format);
    expect(withoutBytes(letter)).toEqual(deadLetterOfItem({ ...item, sealed: null }));
  });
});
