import { describe, expect, it } from '@jest/globals';
import { openCodec } from '@auditstream/events/codec';
import { deadLetterOfItem } from '@auditstream/events/dead-letter';
import { type AuditRecord } from '@auditstream/events/generated/types';
import { type SchemaRegistry } from '@auditstream/events/registry-client';
import { lateLettersOf } from './late-letters.ts';

const registry: SchemaRegistry = {
  idOf: (subject) => Promise.resolve(subject.length),
  schemaOf: (id) => Promise.reject(new Error(`Nobody wrote with schema ${id}.`)),
};
const now = (): number => 1_795_312_600_000;

/** All that is read of a record. */
const facts = {
  id: 'event-1',
  cluster: 'sample',
  source: 'kubernetes',
  body: Buffer.alloc(9_000_000),
};
const ingested = {
  prepare: (): Promise<void> => Promise.resolve(),
  decode: (): AuditRecord => facts as AuditRecord,
};

describe('the dead letter of a record that is found too large after it was accepted', () => {
  it('says whose it is and how large, without its bytes', async () => {
    const deadLetters = await openCodec('audit.dead-letters', registry);
    const record = { topic: 'audit.ingested', key: Buffer.from('key'), value: Buffer.from('any') };
    const ports = { ingested, deadLetters, now, nameLetter: () => 'letter-1' };
    const [letter] = await lateLettersOf([record], ports);
    expect(letter).toMatchObject({ topic: 'audit.dead-letters', key: null });
    expect(deadLetters.decode(letter?.value ?? Buffer.alloc(0))).toMatchObject({
      ...{ id: 'letter-1', service: 'ingest', cluster: 'sample', source: 'kubernetes' },
      ...{ reason: 'too-large', size: 9_000_000, payload: null, rejectedAt: now() },
    });
  });

  it('loses its bytes where it is a dead letter itself', async () => {
    const deadLetters = await openCodec('audit.dead-letters', registry);
    const letter = deadLetterOfItem({
      ...{ id: 'letter-1', service: 'ingest', cluster: 'sample', source: 'docker' },
      ...{ rejection: { code: 'not-json', message: 'No.' }, rejectedAt: now(), size: 7 },
      sealed: { bytes: Buffer.from('sealed'), format: 'age-encryption.org/v1', to: ['age1a'] },
    });
    const record = { topic: 'audit.dead-letters', key: null, value: deadLetters.encode(letter) };
    const ports = { ingested, deadLetters, now, nameLetter: () => 'letter-2' };
    const [late] = await lateLettersOf([record], ports);
    expect(deadLetters.decode(late?.value ?? Buffer.alloc(0))).toEqual({
      ...letter,
      ...{ sealed: null, sealedFormat: null, sealedTo: [] },
    });
  });
});
