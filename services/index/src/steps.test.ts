import { describe, expect, it } from '@jest/globals';
import { openCodec } from '@auditstream/events/codec';
import { deadLetterOfItem } from '@auditstream/events/dead-letter';
import { CodecError } from '@auditstream/events/errors';
import { type AuditEvent } from '@auditstream/events/generated/types';
import { type SchemaRegistry } from '@auditstream/events/registry-client';
import { type TopicName } from '@auditstream/events/topics';
import { type StreamRecord } from '@auditstream/stream/types';
import { createFakeStore } from './fake-store.ts';
import { createIndexDeadLetters, createLastResort } from './index-dead-letters.ts';
import { createIndexDetections } from './index-detections.ts';
import { createIndexEvents } from './index-events.ts';
import { sampleDetection, sampleEvent } from './samples.ts';
import { type DocumentStore, StoreError } from './store.ts';

const registry: SchemaRegistry = {
  idOf: async () => Promise.resolve(1),
  schemaOf: async () => Promise.reject(new CodecError('registry-unreachable', 'down')),
};
const events = await openCodec('audit.enriched', registry);
const detections = await openCodec('audit.detections', registry);
const letters = await openCodec('audit.dead-letters', registry);
const context = { signal: new AbortController().signal };

function recordsOf(topic: TopicName, values: readonly (Buffer | null)[]): readonly StreamRecord[] {
  return values.map((value, offset) => ({
    ...{ topic, partition: 0, offset, timestamp: 1_795_312_611_000, key: null, value, headers: {} },
  }));
}

function eventRecords(changes: readonly Partial<AuditEvent>[]): readonly StreamRecord[] {
  const values = changes.map((change) => events.encode({ ...sampleEvent, ...change }));
  return recordsOf('audit.enriched', values);
}

function eventStep(overrides: Partial<DocumentStore> = {}) {
  const store = createFakeStore();
  const counted: Record<string, number> = {};
  const step = createIndexEvents({
    codec: events,
    store: { ...store, ...overrides },
    count: (documents, outcome) => {
      const name = `${documents} ${outcome}`;
      counted[name] = (counted[name] ?? 0) + 1;
    },
  });
  return { store, counted, step };
}

const eventName = 'audit-events-read-2026.11.22/event-1';

describe('createIndexEvents', () => {
  it('writes a document for each event', async () => {
    const { step, store, counted } = eventStep();
    const records = eventRecords([{ id: 'a' }, { id: 'b', action: 'create' }]);
    expect(await step(records, context)).toEqual([{ type: 'done' }, { type: 'done' }]);
    expect([...store.documents.keys()]).toEqual([
      'audit-events-read-2026.11.22/a',
      'audit-events-change-2026.11.22/b',
    ]);
    expect(counted).toEqual({ 'events created': 2 });
  });

  it('is done with a replay of the same record, and notes nothing', async () => {
    const { step, store, counted } = eventStep();
    await step(eventRecords([{}]), context);
    expect(await step(eventRecords([{}]), context)).toEqual([{ type: 'done' }]);
    expect([...store.documents.keys()]).toEqual([eventName]);
    expect(counted).toEqual({ 'events created': 1, 'events repeated': 1 });
  });

  it('notes a second delivery, once however often it is replayed, in the same batch or later', async () => {
    const { step, store, counted } = eventStep();
    const again = { offset: 50 };
    const batch = eventRecords([{}, again]);
    expect(await step(batch, context)).toEqual([{ type: 'done' }, { type: 'done' }]);
    expect(await step(eventRecords([again]), context)).toEqual([{ type: 'done' }]);
    expect([...store.documents.keys()]).toEqual([eventName, 'audit-repeats-2026.11/3-50']);
    expect(counted['repeats created']).toBe(2);
    expect(store.documents.get(eventName)?.document['auditstream']).toMatchObject({ offset: 42 });
  });

  it('rejects what is no event and writes the rest', async () => {
    const { step, store, counted } = eventStep();
    const values = [null, Buffer.from('junk'), events.encode(sampleEvent)];
    expect(await step(recordsOf('audit.enriched', values), context)).toMatchObject([
      { type: 'rejected', rejection: { code: 'undecodable' } },
      { type: 'rejected', rejection: { code: 'undecodable' } },
      { type: 'done' },
    ]);
    expect(store.documents.size).toBe(1);
    expect(counted).toEqual({ 'events rejected': 2, 'events created': 1 });
  });

  it('rejects an event whose times no document can have', async () => {
    const { step } = eventStep();
    const records = eventRecords([{ receivedAt: 9_007_199_254_740_000 }]);
    expect(await step(records, context)).toMatchObject([
      { type: 'rejected', rejection: { code: 'no-document' } },
    ]);
  });

  it('gives each record the outcome of its own item', async () => {
    const bulk = async () =>
      Promise.resolve([
        { status: 201 },
        { status: 429, error: { type: 'rejected_execution_exception', reason: 'full' } },
        { status: 400, error: { type: 'mapper_parsing_exception', reason: 'no date' } },
      ]);
    const { step, counted } = eventStep({ bulk });
    const records = eventRecords([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(await step(records, context)).toMatchObject([
      { type: 'done' },
      { type: 'retry' },
      { type: 'rejected', rejection: { code: 'refused-by-mapping' } },
    ]);
    expect(counted).toEqual({ 'events created': 1, 'events retried': 1, 'events rejected': 1 });
  });

  it.each([
    [
      'the positions cannot be read',
      { positions: async () => Promise.reject(new StoreError('unreachable', 'gone')) },
    ],
    ['the document has vanished', { positions: async () => Promise.resolve([undefined]) }],
  ] as const)('asks for a retry of a repeat while %s', async (_name, overrides) => {
    const bulk = async () => Promise.resolve([{ status: 409 }]);
    const { step } = eventStep({ bulk, ...overrides });
    expect(await step(eventRecords([{}]), context)).toMatchObject([{ type: 'retry' }]);
  });

  it('asks for a retry while a repeat cannot be noted', async () => {
    const { step, store } = eventStep();
    await step(eventRecords([{}]), context);
    const full: DocumentStore['bulk'] = async (body) =>
      body.includes('audit-repeats') ? Promise.resolve([{ status: 503 }]) : store.bulk(body);
    const broken = createIndexEvents({
      codec: events,
      store: { ...store, bulk: full },
      count: () => undefined,
    });
    const outcomes = await broken(eventRecords([{ offset: 50 }]), context);
    expect(outcomes).toMatchObject([{ type: 'retry' }]);
  });

  it('asks for a retry of the batch while the registry does not answer', async () => {
    const { step } = eventStep();
    const foreign = recordsOf('audit.enriched', [Buffer.from([0, 0, 0, 0, 9, 1])]);
    await expect(step(foreign, context)).rejects.toThrow('down');
  });
});

describe('createIndexDetections', () => {
  it.each([
    ['in order', [2, 3, 5]],
    ['backwards', [5, 3, 2]],
    ['twice', [3, 5, 3, 5, 5]],
  ])('keeps the highest revision, %s', async (_name, revisions) => {
    const store = createFakeStore();
    const step = createIndexDetections({ codec: detections, store, count: () => undefined });
    const values = revisions.map((revision) => detections.encode({ ...sampleDetection, revision }));
    const outcomes = await step(recordsOf('audit.detections', values), context);
    expect(outcomes).toEqual(revisions.map(() => ({ type: 'done' })));
    expect([...store.documents.entries()]).toMatchObject([
      ['audit-detections-2026.11/detection-1', { version: 5 }],
    ]);
  });
});

describe('createIndexDeadLetters', () => {
  const letter = deadLetterOfItem({
    ...{ id: 'letter-1', service: 'ingest', cluster: 'prod', source: 'kubernetes', size: 9 },
    rejection: { code: 'unreadable', message: 'no JSON' },
    ...{ rejectedAt: 1_795_312_610_500, sealed: null },
  });

  it('writes each dead letter once', async () => {
    const store = createFakeStore();
    const step = createIndexDeadLetters({ codec: letters, store, count: () => undefined });
    const records = recordsOf('audit.dead-letters', [letters.encode(letter)]);
    expect(await step(records, context)).toEqual([{ type: 'done' }]);
    expect(await step(records, context)).toEqual([{ type: 'done' }]);
    expect([...store.documents.keys()]).toEqual(['audit-dead-letters-2026.11/letter-1']);
  });

  it('ends in the log where one cannot be read', async () => {
    const lines: unknown[] = [];
    const lastResort = createLastResort({
      error: (fields) => {
        lines.push(fields);
      },
    });
    const step = createIndexDeadLetters({
      ...{ codec: letters, store: createFakeStore(), count: () => undefined },
    });
    const [record] = recordsOf('audit.dead-letters', [Buffer.from('junk')]);
    const [outcome] = record === undefined ? [] : await step([record], context);
    if (record === undefined || outcome?.type !== 'rejected') throw new Error('not rejected');
    await lastResort([{ record, rejection: outcome.rejection }]);
    expect(lines).toMatchObject([
      { topic: 'audit.dead-letters', partition: 0, offset: 0, code: 'undecodable' },
    ]);
  });
});
