import { describe, expect, it } from '@jest/globals';
import { deadLetterOfItem, deadLetterOfRecord } from './dead-letter.ts';

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
  it('carries no bytes: what could not be read could not be redacted', () => {
    const letter = deadLetterOfItem({
      ...{ id: 'x', service: 'ingest', cluster: 'c', source: 'kubernetes', size: 12 },
      ...{ rejection, rejectedAt: 1 },
    });
    expect(letter).toMatchObject({ payload: null, size: 12, topic: null, reason: 'not-json' });
  });
});
