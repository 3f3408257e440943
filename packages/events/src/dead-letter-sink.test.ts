import { describe, expect, it } from '@jest/globals';
import { createDeadLetterSink, type OutgoingDeadLetter } from './dead-letter-sink.ts';
import { type DeadLetter } from './generated/types.ts';

describe('createDeadLetterSink', () => {
  it('sends one letter for each record, under an id that comes from its position', async () => {
    const letters: DeadLetter[] = [];
    const sent: OutgoingDeadLetter[] = [];
    const sink = createDeadLetterSink({
      service: 'enrich',
      codec: { encode: (letter) => Buffer.from(String(letters.push(letter))) },
      producer: {
        send: async (records) => {
          sent.push(...records);
          await Promise.resolve();
        },
      },
      now: () => 1_795_312_470_594,
    });
    const record = { topic: 'audit.ingested', partition: 2, offset: 41, value: Buffer.from('x') };
    const rejection = { code: 'undecodable', message: 'no value' };

    await sink([{ record, rejection }]);
    await sink([{ record, rejection }]);

    expect(sent.map(({ topic }) => topic)).toEqual(['audit.dead-letters', 'audit.dead-letters']);
    expect(letters[1]?.id).toBe(letters[0]?.id);
    expect(letters[0]).toMatchObject({
      service: 'enrich',
      reason: 'undecodable',
      rejectedAt: 1_795_312_470_594,
      partition: 2,
      offset: 41,
    });
  });
});
