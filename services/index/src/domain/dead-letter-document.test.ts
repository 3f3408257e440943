import { expect, it } from '@jest/globals';
import { deadLetterOfItem, deadLetterOfRecord } from '@auditstream/events/dead-letter';
import { deadLetterWrite } from './dead-letter-document.ts';

const rejection = { code: 'undecodable', message: 'The record has no value.' };
const rejectedAt = 1_795_312_610_500;

it('gives the dead letter of a record with where it stood and what it was', () => {
  const record = {
    topic: 'audit.ingested',
    partition: 2,
    offset: 41,
    value: Buffer.from([255, 0]),
  };
  const letter = deadLetterOfRecord({ service: 'enrich', record, rejection, rejectedAt });
  expect(deadLetterWrite(letter)).toEqual({
    type: 'create',
    index: 'audit-dead-letters-2026.11',
    id: letter.id,
    document: {
      '@timestamp': '2026-11-22T01:56:50.500Z',
      ecs: { version: '8.17.0' },
      event: {
        ...{ id: letter.id, kind: 'pipeline_error', module: 'auditstream' },
        dataset: 'auditstream.dead_letters',
      },
      service: { name: 'enrich' },
      error: rejection,
      auditstream: {
        dead_letter: {
          ...{ size: 2, topic: 'audit.ingested', partition: 2, offset: 41 },
          payload_base64: '/wA=',
        },
      },
    },
  });
});

const item = {
  id: 'i-1',
  service: 'ingest',
  cluster: 'prod',
  source: 'kubernetes',
  size: 9,
  rejection,
  rejectedAt,
} as const;

it('gives the dead letter of an item without any bytes', () => {
  const { document } = deadLetterWrite(deadLetterOfItem({ ...item, sealed: null }));
  expect(document['auditstream']).toEqual({
    cluster: 'prod',
    source: 'kubernetes',
    dead_letter: { size: 9 },
  });
});

it('keeps sealed bytes, and says to whom they are sealed', () => {
  const sealed = { bytes: Buffer.from([255, 0]), format: 'age-encryption.org/v1', to: ['age1a'] };
  const { document } = deadLetterWrite(deadLetterOfItem({ ...item, sealed }));
  expect(document['auditstream']).toMatchObject({
    dead_letter: { sealed_base64: '/wA=', sealed_format: sealed.format, sealed_to: ['age1a'] },
  });
});
