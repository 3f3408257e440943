import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type AuditEvent } from '@auditstream/events/generated/types';
import fc from 'fast-check';
import { sampleDockerEvent, sampleEvent } from '../samples.ts';
import { eventWrite, repeatWrite } from './event-document.ts';
import { type JsonDocument } from './fields.ts';
import { type Write } from './write.ts';

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The recorded events had nothing taken out, and are no notices. */
type Unrecorded = 'body' | 'redactions' | 'redacted' | 'truncatedBytes' | 'notice';
type RecordedEvent = Omit<AuditEvent, Unrecorded> & { readonly body: string };

const events = read('testdata/events.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedEvent)
  .map((event): AuditEvent => ({
    ...{ redactions: [], redacted: 0, truncatedBytes: 0, notice: null, ...event },
    body: Buffer.from(event.body),
  }));
const golden = JSON.parse(read('golden/event-documents.json')) as readonly Write[];

describe('eventWrite', () => {
  it.each(events.map((event, at) => [event.action, event, golden[at]] as const))(
    'gives the golden document of %s',
    (_action, event, expected) => {
      expect(eventWrite(event)).toEqual(expected);
    },
  );

  it('keeps the exact bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (content) => {
        const body = Buffer.from(content as string);
        const text = JSON.stringify(eventWrite({ ...sampleEvent, body }).document);
        expect(bytesIn(JSON.parse(text) as JsonDocument)).toEqual(body);
      }),
    );
  });

  it.each([
    ['exec_create: /bin/ls /', 'exec_create', '/bin/ls /'],
    ['exec_start: sh -c "a: b\nc"', 'exec_start', 'sh -c "a: b\nc"'],
    ['health_status: healthy', 'health_status', undefined],
    ['exec_create:', 'exec_create', undefined],
  ])('splits the Docker action %s', (action, name, command) => {
    const { document } = eventWrite({ ...sampleDockerEvent, action });
    expect(document['event']).toMatchObject({ action: name });
    expect(document['docker']).toMatchObject({ event: { action } });
    expect((document['process'] as JsonDocument | undefined)?.['command_line']).toBe(command);
  });

  it('says what was taken out, and of what kind', () => {
    const { document } = eventWrite({
      ...sampleEvent,
      redactions: [
        { path: 'requestObject.data.key', kind: 'private_key', size: 1_704 },
        { path: 'requestURI', kind: 'password', size: 7 },
      ],
      redacted: 300,
    });
    expect(document['auditstream']).toMatchObject({
      redactions: ['private_key requestObject.data.key', 'password requestURI'],
      redacted: 300,
    });
  });

  it('is marked where bodies were replaced by their size, and only there', () => {
    const { document } = eventWrite({ ...sampleEvent, truncatedBytes: 9_000_000 });
    expect(document['auditstream']).toMatchObject({ truncated_bytes: 9_000_000 });
    expect(eventWrite(sampleEvent).document['auditstream']).not.toHaveProperty('truncated_bytes');
  });

  it('names nobody where the source names nobody, except in user.name', () => {
    const { document } = eventWrite({
      ...sampleEvent,
      actor: { name: 'unknown', id: null, groups: [] },
    });
    expect(document['user']).toEqual({ name: 'unknown' });
    expect(document['related']).not.toHaveProperty('user');
    expect((document['kubernetes'] as JsonDocument)['audit']).not.toHaveProperty('user');
  });
});

describe('repeatWrite', () => {
  it('notes the later delivery under its own position', () => {
    const first = { partition: 3, offset: 7 };
    expect(repeatWrite({ event: sampleEvent, first })).toEqual({
      type: 'replace',
      index: 'audit-repeats-2026.11',
      id: '3-42',
      document: {
        '@timestamp': '2026-11-22T01:56:50.500Z',
        event: { id: 'event-1', created: '2026-11-22T01:56:50.000Z' },
        auditstream: {
          ...{ cluster: 'sample', source: 'kubernetes', origin: 'live', delivery: 'webhook' },
          ...{ partition: 3, offset: 42, repeat_of: first },
        },
      },
    });
  });
});

function bytesIn(document: JsonDocument): Buffer {
  const original = (document['event'] as JsonDocument)['original'];
  if (typeof original === 'string') return Buffer.from(original);
  const base64 = (document['auditstream'] as JsonDocument)['original_base64'];
  return Buffer.from(base64 as string, 'base64');
}
