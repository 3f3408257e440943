import { describe, expect, it } from '@jest/globals';
import { openCodec, type TopicCodec } from '@auditstream/events/codec';
import { CodecError } from '@auditstream/events/errors';
import { encodeSequence } from '@auditstream/events/sequence';
import { type AuditRecord } from '@auditstream/events/generated/types';
import { type SchemaRegistry } from '@auditstream/events/registry-client';
import { type OutgoingRecord, type StreamRecord } from '@auditstream/stream/types';
import { createContinuityTracker } from './continuity-tracker.ts';
import { type Hole } from './domain/continuity.ts';
import { createEnrich, type EnrichPorts } from './enrich.ts';

const registry: SchemaRegistry = {
  idOf: async (subject) => Promise.resolve(subject.startsWith('audit.ingested') ? 1 : 2),
  schemaOf: async () => Promise.reject(new CodecError('registry-unreachable', 'down')),
};
const ingested = await openCodec('audit.ingested', registry);
const enriched = await openCodec('audit.enriched', registry);
const signal = new AbortController().signal;

function recordAt(offset: number, value: Buffer | null): StreamRecord {
  return {
    topic: 'audit.ingested',
    partition: 5,
    offset,
    timestamp: 1_795_312_700_000,
    key: Buffer.from('key'),
    value,
    headers: {},
  };
}

function valueOf(body: string): Buffer {
  const record: AuditRecord = {
    id: `id of ${body}`,
    requestId: 'request',
    source: 'kubernetes',
    cluster: 'sample',
    origin: 'live',
    delivery: 'file',
    exporter: null,
    time: 1_795_312_609_089_818,
    receivedAt: 1_795_312_610_000,
    redactions: [],
    redacted: 0,
    truncatedBytes: 0,
    body: Buffer.from(body),
  };
  return ingested.encode(record);
}

function portsWith(ports: Partial<EnrichPorts> = {}) {
  const sent: OutgoingRecord[] = [];
  const counted: string[] = [];
  const producer = {
    send: async (records: readonly OutgoingRecord[]) => {
      sent.push(...records);
      await Promise.resolve();
    },
  };
  const onEnriched = (source: string) => counted.push(source);
  const holes: Hole[] = [];
  const onHole = (hole: Hole) => void holes.push(hole);
  const tracker = createContinuityTracker(1_000);
  return {
    ...{ sent, counted, holes, tracker },
    step: createEnrich({ ingested, enriched, producer, tracker, onEnriched, onHole, ...ports }),
  };
}

describe('createEnrich', () => {
  it('sends each event on, in order, to the same partition under the same key', async () => {
    const { step, sent, counted } = portsWith();
    const records = [
      recordAt(7, valueOf('{"verb":"get"}')),
      recordAt(8, valueOf('{"verb":"list"}')),
    ];
    expect(await step(records, { signal })).toEqual([{ type: 'done' }, { type: 'done' }]);
    expect(sent.map(({ topic, partition, key }) => [topic, partition, key?.toString()])).toEqual([
      ['audit.enriched', 5, 'key'],
      ['audit.enriched', 5, 'key'],
    ]);
    expect(sent.map(({ value }) => enriched.decode(value))).toMatchObject([
      { action: 'get', partition: 5, offset: 7, appendedAt: 1_795_312_700_000 },
      { action: 'list', partition: 5, offset: 8 },
    ]);
    expect(counted).toEqual(['kubernetes', 'kubernetes']);
  });

  it('gives the same bytes when a batch is handed in again', async () => {
    const { step, sent } = portsWith();
    const records = [recordAt(7, valueOf('{"verb":"get"}'))];
    await step(records, { signal });
    await step(records, { signal });
    expect(sent[1]).toEqual(sent[0]);
  });

  it('rejects what can never be read and sends the rest', async () => {
    const { step, sent } = portsWith();
    const values = [null, Buffer.from('junk'), valueOf('not JSON'), valueOf('{}')];
    const outcomes = await step(
      values.map((value, at) => recordAt(at, value)),
      { signal },
    );
    expect(outcomes).toMatchObject([
      { type: 'rejected', rejection: { code: 'undecodable' } },
      { type: 'rejected', rejection: { code: 'undecodable' } },
      { type: 'rejected', rejection: { code: 'unreadable-body' } },
      { type: 'done' },
    ]);
    expect(sent).toHaveLength(1);
  });

  it('raises a hole behind the record that shows it, once, and the same when it is done again', async () => {
    const numbered = (offset: number, sequence: number, timestamp: number): StreamRecord => ({
      ...{ ...recordAt(offset, valueOf('{}')), timestamp },
      headers: { seq: encodeSequence({ ...number, sequence }) },
    });
    const number = { ingester: 'aaaaaaaaaaaaaaaa', epoch: 1_795_312_000_000, partition: 5 };
    const batch = [numbered(7, 1, 1_000), numbered(8, 4, 2_000), numbered(9, 5, 3_000)];
    let isDown = true;
    const sent: OutgoingRecord[] = [];
    const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
      if (isDown) return Promise.reject(new Error('no broker'));
      return Promise.resolve(void sent.push(...records));
    };
    const { step, holes, tracker } = portsWith({ producer: { send } });
    await expect(step(batch, { signal })).rejects.toThrow('no broker');
    expect(holes).toEqual([]);
    isDown = false;
    await step(batch, { signal });
    await step([numbered(10, 6, 9_000)], { signal });
    expect(holes).toMatchObject([{ first: 2, last: 3, since: 2_000 }]);
    expect(sent).toHaveLength(5);
    expect(sent[3]).toMatchObject({ partition: 5, topic: 'audit.enriched' });
    const notice = enriched.decode(sent[3]?.value ?? Buffer.alloc(0));
    expect(notice).toMatchObject({
      ...{ source: 'auditstream', delivery: 'notice', action: 'sequence-hole', offset: 9 },
      ...{ outcome: 'failure', object: { type: 'ingester', name: number.ingester } },
      notice: { details: { partition: '5', epoch: '1795312000000', first: '2', last: '3' } },
    });

    const again = portsWith();
    await again.step(batch, { signal });
    expect(again.sent[3]).toEqual(sent[3]);
    const other = portsWith();
    other.tracker.restore(5, tracker.save(5));
    await other.step([numbered(11, 7, 9_000)], { signal });
    expect(other.sent).toHaveLength(1);
  });

  it('asks for a retry of the batch while the registry does not answer', async () => {
    const { step } = portsWith();
    const foreign = Buffer.from([0, 0, 0, 0, 9, 1]);
    await expect(step([recordAt(0, foreign)], { signal })).rejects.toThrow('down');
  });

  it('asks for a retry of the batch while the broker does not acknowledge, and counts nothing', async () => {
    const send = async (): Promise<void> => Promise.reject(new Error('no broker'));
    const { step, counted } = portsWith({ producer: { send } });
    await expect(step([recordAt(0, valueOf('{}'))], { signal })).rejects.toThrow('no broker');
    expect(counted).toEqual([]);
  });

  it('rejects an event that does not fit its schema, instead of trying for ever', async () => {
    const encode: TopicCodec<never>['encode'] = () => {
      throw new CodecError('unencodable', 'action: no text');
    };
    const { step, sent } = portsWith({ enriched: { encode } });
    expect(await step([recordAt(0, valueOf('{}'))], { signal })).toMatchObject([
      { type: 'rejected', rejection: { code: 'unencodable' } },
    ]);
    expect(sent).toEqual([]);
  });
});
