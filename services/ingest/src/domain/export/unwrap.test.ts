import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { JsonScanError } from '@auditstream/item/json-cursor';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { judgeItem, type Provenance } from '../record.ts';
import { type ExportFormat } from './export-format.ts';
import { type ExportContext, unwrapBody, unwrapLine } from './unwrap.ts';

const folder = join(import.meta.dirname, '../../../testdata');
const linesOf = (name: string): readonly string[] =>
  readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
const entries = linesOf('exports/gke-entries.jsonl');

const names: Readonly<Record<ExportFormat, string>> = {
  eks: 'shop',
  gke: 'some-project-cluster',
  aks: 'Shop',
};
const contextOf = (format: ExportFormat): ExportContext => ({
  ...{ format, exportedAs: names[format], inflate: (bytes: Buffer) => gunzipSync(bytes) },
});

function body(format: ExportFormat, value: unknown) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const { items, skipped } = unwrapBody(Buffer.from(text), contextOf(format));
  return { items: items.map(String), skipped };
}

const none = { 'not-audit': 0, 'other-cluster': 0 };
/** As an API server writes it: a big number, an escape, a repeated key. */
const event =
  '{"kind":"Event","auditID":"a-1","n":12345678901234567890,"s":"\\u0061 \\"ü\\"","s":"<&>","user":{}}';

describe('Amazon CloudWatch Logs', () => {
  const message = (over: object = {}): object => ({
    ...{ messageType: 'DATA_MESSAGE', owner: '123456789012', logGroup: '/aws/eks/shop/cluster' },
    logStream: 'kube-apiserver-audit-0d3a',
    subscriptionFilters: ['all'],
    logEvents: [{ id: '1', timestamp: 1, message: event }],
    ...over,
  });
  const data = (value: object): string =>
    gzipSync(Buffer.from(JSON.stringify(value))).toString('base64');

  it.each([
    ['a message', message()],
    ['messages in lines', `${JSON.stringify(message())}\n`],
    ['what Lambda is handed', { awslogs: { data: data(message()) } }],
    [
      'what Firehose delivers',
      { requestId: 'r', timestamp: 1, records: [{ data: data(message()) }] },
    ],
    [
      'what Firehose delivers inflated',
      { records: [{ data: btoa(JSON.stringify(message({ logEvents: [{ message: 'x' }] }))) }] },
    ],
  ])('has the bytes of each event of %s', (_what, value) => {
    const { items, skipped } = body('eks', value);
    expect([event, 'x']).toContain(items[0]);
    expect(items).toHaveLength(1);
    expect(skipped).toEqual(none);
  });

  it('passes over what is no audit event, and what is of another cluster', () => {
    const control = message({ messageType: 'CONTROL_MESSAGE' });
    const scheduler = message({ logStream: 'kube-scheduler-0d3a' });
    const other = message({ logGroup: '/aws/eks/other/cluster' });
    expect(body('eks', [control, scheduler, other])).toEqual({
      ...{ items: [], skipped: { 'not-audit': 1, 'other-cluster': 1 } },
    });
  });

  it('reads the lines of an export to S3', () => {
    const line = (text: string): readonly string[] =>
      unwrapLine(Buffer.from(text), contextOf('eks')).items.map(String);
    expect(line(`2026-11-22T01:55:02.487Z ${event}`)).toEqual([event]);
    expect(line(event)).toEqual([event]);
  });

  it('leaves what it can not take apart to be rejected', () => {
    expect(body('eks', [{ records: [7, {}] }, { logEvents: [5] }, 'x']).items).toEqual([
      ...['7', '{}'],
      '"x"',
    ]);
  });
});

describe('Azure Monitor', () => {
  const id =
    '/SUBSCRIPTIONS/1/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/SHOP';
  const record = (over: object = {}): object => ({
    ...{ time: '2026-11-22T01:55:02Z', resourceId: id, category: 'kube-audit' },
    operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
    properties: { log: `${event}\n`, stream: 'stdout', pod: 'kube-apiserver-1' },
    ...over,
  });

  it.each([
    ['an event hub', { records: [record()] }],
    ['an event hub, in a batch', [{ records: [record()] }]],
    ['a storage account', JSON.stringify(record())],
    [
      'a way that carries properties as text',
      record({ properties: JSON.stringify({ log: event }) }),
    ],
    ['kube-audit-admin', record({ category: 'kube-audit-admin' })],
  ])('has the bytes of each event of %s', (_what, value) => {
    expect(body('aks', value)).toEqual({ items: [event], skipped: none });
  });

  it('passes over what is no audit event, and what is of another cluster', () => {
    const other = record({ resourceId: id.replace('SHOP', 'SHOP2') });
    expect(body('aks', { records: [record({ category: 'kube-scheduler' }), other] })).toEqual({
      ...{ items: [], skipped: { 'not-audit': 1, 'other-cluster': 1 } },
    });
  });

  it('leaves what it can not take apart to be rejected', () => {
    const bare = record({ properties: '{' });
    expect(body('aks', bare).items).toEqual([JSON.stringify(bare)]);
  });
});

describe('Google Cloud Audit Logs', () => {
  const golden = linesOf('exports/gke-events.jsonl');
  const push = (entry: string): object => ({
    ...{ message: { data: Buffer.from(entry).toString('base64'), messageId: '1' } },
    subscription: 's',
  });

  it('maps entries to events, as read through by hand', () => {
    expect(body('gke', entries.join('\n'))).toEqual({
      ...{ items: golden, skipped: { ...none, 'not-audit': 1 } },
    });
  });

  it.each([
    ['a list', () => `[${entries.join(',')}]`],
    ['pushes of Pub/Sub', () => entries.map((entry) => JSON.stringify(push(entry))).join('\n')],
  ])('maps the same from %s', (_what, text) => {
    expect(body('gke', text()).items).toEqual(golden);
  });

  it('passes over entries of another cluster', () => {
    const all = { ...contextOf('gke'), exportedAs: 'other' };
    const { items, skipped } = unwrapBody(Buffer.from(entries.join('\n')), all);
    expect({ items, skipped }).toEqual({
      ...{ items: [], skipped: { 'not-audit': 1, 'other-cluster': golden.length } },
    });
    const byPlace = { ...all, exportedAs: 'some-project/us-west1/some-project-cluster' };
    expect(unwrapBody(Buffer.from(entries.join('\n')), byPlace).items).toHaveLength(golden.length);
  });

  it('makes events that are accepted, with every byte of the entry in them', () => {
    for (const [at, text] of golden.entries()) {
      const judged = judgeItem(Buffer.from(text), provenance);
      expect(judged.type).toBe('accepted');
      expect(putTogether(text)).toEqual(JSON.parse(entries[at] ?? ''));
    }
  });

  it('keeps the bytes of bodies', () => {
    const odd = '{"@type":"x","n":12345678901234567890,"n":1.0e2,"s":"\\u0061"}';
    const entry = (entries[0] ?? '').replace(
      /"request":\{.*?\},"requestMetadata"/,
      () => `"request":${odd},"requestMetadata"`,
    );
    expect(body('gke', entry).items[0]).toContain(`"requestObject":${odd},`);
  });
});

const provenance: Provenance = {
  ...({ source: 'kubernetes', cluster: 'c', origin: 'live', delivery: 'export' } as const),
  ...{ exporter: null, receivedAt: 0, redaction: defaultPolicy },
};

type Json = Record<string, unknown>;

/** The entry that an event was made of. */
function putTogether(text: string): unknown {
  const { logEntry, requestObject, responseObject } = JSON.parse(text) as Json;
  const entry = logEntry as Json;
  const bodies = {
    ...(requestObject === undefined ? {} : { request: requestObject }),
    ...(responseObject === undefined ? {} : { response: responseObject }),
  };
  return { ...entry, protoPayload: { ...(entry['protoPayload'] as Json), ...bodies } };
}

describe.each<ExportFormat>(['eks', 'gke', 'aks'])('whatever comes as %s', (format) => {
  it('is taken apart, or refused as no JSON', () => {
    const pieces = fc.constantFrom(
      ...entries.slice(0, 2),
      event,
      '{"records":[',
      '{"message":{',
      '"data":"H4sI"',
      '}',
      ']',
      ',',
    );
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc.array(pieces).map((parts) => parts.join('')),
      fc
        .record(
          {
            records: fc.anything(),
            awslogs: fc.anything(),
            message: fc.anything(),
            protoPayload: fc.anything(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const context = { ...contextOf(format), inflate: (bytes: Buffer) => bytes };
        try {
          const { items } = unwrapBody(Buffer.from(text), context);
          return items.every((item) => Buffer.isBuffer(item));
        } catch (error) {
          return error instanceof JsonScanError;
        }
      }),
    );
  });
});
