import { describe, expect, it } from '@jest/globals';
import { type AuditRecord, type DeadLetter } from '@auditstream/events/generated/types';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { type Accept, type Delivery, IngestError } from './delivery.ts';
import { type Durably, type Patience } from './durable-sink.ts';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { createIngest } from './ingest.ts';

type Counted = readonly [metric: string, labels: object, by: number];

interface Rig {
  readonly accept: Accept;
  readonly sent: OutgoingRecord[];
  readonly counted: Counted[];
}

/** A step whose values are JSON, so that a test can read what was sent. */
function rig(durably: Durably = () => Promise.resolve([])): Rig {
  const [sent, counted]: [OutgoingRecord[], Counted[]] = [[], []];
  const encode = (value: object): Buffer =>
    Buffer.from(JSON.stringify({ ...value, ...('body' in value && { body: String(value.body) }) }));
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };
  let letters = 0;
  const accept = createIngest({
    async durably(records, patience) {
      const refused = await durably(records, patience);
      sent.push(...records.filter((record) => !refused.includes(record)));
      return refused;
    },
    ingested: { encode },
    deadLetters: { encode },
    redaction: defaultPolicy,
    now: () => 1_795_312_600_000,
    newId: () => `letter-${(letters += 1)}`,
    telemetry: { log, count: (metric, labels, by = 1) => void counted.push([metric, labels, by]) },
  });
  return { accept, sent, counted };
}

function ignore(): void {
  return undefined;
}

function event(auditID: string): Buffer {
  const user = { username: 'alice' };
  const stageTimestamp = '2026-11-22T01:55:02.491335Z';
  const least = { level: 'Metadata', auditID, stage: 'Panic', requestURI: '/', verb: 'get' };
  return Buffer.from(JSON.stringify({ ...least, user, stageTimestamp }));
}

function delivery(items: readonly Buffer[], oversized: readonly number[] = []): Delivery {
  const way = 'webhook';
  return { source: 'kubernetes', cluster: 'sample', origin: 'replay', way, items, oversized };
}

function textsIn(sent: readonly OutgoingRecord[], topic: string): readonly string[] {
  return sent.filter((record) => record.topic === topic).map(({ value }) => value.toString());
}

const recordsIn = (sent: readonly OutgoingRecord[]): readonly AuditRecord[] =>
  textsIn(sent, 'audit.ingested').map((text) => JSON.parse(text) as AuditRecord);

const lettersIn = (sent: readonly OutgoingRecord[]): readonly DeadLetter[] =>
  textsIn(sent, 'audit.dead-letters').map((text) => JSON.parse(text) as DeadLetter);

const asText = (item: Buffer): string => item.toString();

describe('ingest', () => {
  it('sends each good item in order, and a dead letter without bytes for each bad one', async () => {
    const { accept, sent, counted } = rig();
    const items = [event('a'), Buffer.from('{"password":"hunter2"}'), event('b'), Buffer.from('x')];
    const receipt = await accept(delivery(items, [9_000_000]));

    expect(receipt).toEqual({ accepted: 2, rejected: 3 });
    const records = recordsIn(sent);
    expect(records.map(({ body }) => String(body))).toEqual([event('a'), event('b')].map(asText));
    expect(records[0]).toMatchObject({
      ...{ source: 'kubernetes', cluster: 'sample', origin: 'replay', delivery: 'webhook' },
      receivedAt: 1_795_312_600_000,
    });
    const letters = lettersIn(sent);
    expect(letters.map(({ id, reason, size }) => [id, reason, size])).toEqual([
      ['letter-1', 'too-large', 9_000_000],
      ['letter-2', 'not-an-event', 22],
      ['letter-3', 'not-json', 1],
    ]);
    expect(letters.every(({ payload }) => payload === null)).toBe(true);
    expect(JSON.stringify(letters)).not.toContain('hunter2');
    const labels = { source: 'kubernetes', cluster: 'sample' };
    expect(counted).toEqual([
      ['ingest_events_total', { ...labels, result: 'accepted' }, 2],
      ['ingest_events_total', { ...labels, result: 'rejected' }, 3],
      ['ingest_rejections_total', { reason: 'too-large' }, 1],
      ['ingest_rejections_total', { reason: 'not-an-event' }, 1],
      ['ingest_rejections_total', { reason: 'not-json' }, 1],
    ]);
  });

  it('takes secrets out of what is sent, and counts them by kind', async () => {
    const { accept, sent, counted } = rig();
    const secret = (auditID: string): Buffer =>
      Buffer.from(event(auditID).toString().replace('"/"', '"/?token=hunter2&password=hunter3"'));
    await accept(delivery([secret('a'), event('b'), secret('c')]));
    expect(textsIn(sent, 'audit.ingested').join()).not.toContain('hunter');
    expect(recordsIn(sent).map(({ redacted }) => redacted)).toEqual([2, 0, 2]);
    expect(counted.slice(2)).toEqual([
      ['ingest_redactions_total', { kind: 'token' }, 2],
      ['ingest_redactions_total', { kind: 'password' }, 2],
    ]);
  });

  it('answers only when everything is durable', async () => {
    let acknowledge = ignore;
    const { accept } = rig(
      () =>
        new Promise((resolve) => {
          acknowledge = (): void => {
            resolve([]);
          };
        }),
    );
    let answered = false;
    const accepting = accept(delivery([event('a'), Buffer.from('x')])).then((receipt) => {
      answered = true;
      return receipt;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    acknowledge();
    await new Promise((resolve) => setImmediate(resolve));
    acknowledge();
    expect(await accepting).toEqual({ accepted: 1, rejected: 1 });
  });

  it('accepts nothing that is not durable', async () => {
    const { accept, counted } = rig(() =>
      Promise.reject(new IngestError('unavailable', 'Nobody took it.', undefined)),
    );
    const accepting = accept(delivery([event('a')]));
    await expect(accepting).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(counted).toEqual([]);
  });

  it('makes a dead letter of a record that the topic is too small for', async () => {
    const { accept, sent } = rig((records) =>
      Promise.resolve(records.filter(({ value }) => value.includes('giant'))),
    );
    const receipt = await accept(delivery([event('a'), event('giant')]));
    expect(receipt).toEqual({ accepted: 1, rejected: 1 });
    const size = event('giant').length;
    expect(lettersIn(sent)).toMatchObject([
      { reason: 'too-large', size, message: expect.stringContaining('max.message.bytes') },
    ]);
  });

  it.each([
    { way: 'webhook', patience: 'urgent' },
    { way: 'engine', patience: 'urgent' },
    { way: 'file', patience: 'patient' },
  ] as const)('calls a delivery by $way $patience', async ({ way, patience }) => {
    const seen: Patience[] = [];
    const { accept } = rig((_records, given) => {
      seen.push(given);
      return Promise.resolve([]);
    });
    await accept({ ...delivery([event('a')]), way });
    expect(new Set(seen)).toEqual(new Set([patience]));
  });
});
