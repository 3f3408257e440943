import { describe, expect, it } from '@jest/globals';
import { type AuditRecord, type DeadLetter } from '@auditstream/events/generated/types';
import { StreamError } from '@auditstream/stream/errors';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { type Delivery } from './delivery.ts';
import { createIngest, type Ingest } from './ingest.ts';

type Counted = readonly [metric: string, labels: object, by: number];

interface Rig {
  readonly ingest: Ingest;
  readonly sent: OutgoingRecord[];
  readonly counted: Counted[];
  readonly logged: string[];
}

/** A step whose values are JSON, so that a test can read what was sent. */
function rig(
  send: (records: readonly OutgoingRecord[]) => Promise<void> = () => Promise.resolve(),
): Rig {
  const [sent, counted, logged]: [OutgoingRecord[], Counted[], string[]] = [[], [], []];
  const encode = (value: object): Buffer =>
    Buffer.from(JSON.stringify({ ...value, ...('body' in value && { body: String(value.body) }) }));
  const note = (_fields: object, message: string): void => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note, child: () => log };
  let letters = 0;
  const ingest = createIngest({
    producer: {
      async send(records) {
        await send(records);
        sent.push(...records);
      },
    },
    ingested: { encode },
    deadLetters: { encode },
    now: () => 1_795_312_600_000,
    newId: () => `letter-${(letters += 1)}`,
    telemetry: { log, count: (metric, labels, by = 1) => void counted.push([metric, labels, by]) },
  });
  return { ingest, sent, counted, logged };
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
    const { ingest, sent, counted } = rig();
    const items = [event('a'), Buffer.from('{"password":"hunter2"}'), event('b'), Buffer.from('x')];
    const receipt = await ingest.accept(delivery(items, [9_000_000]));

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

  it('answers only when Kafka has acknowledged', async () => {
    let acknowledge = (): void => undefined;
    const { ingest } = rig(() => new Promise((resolve) => (acknowledge = resolve)));
    let answered = false;
    const accepting = ingest.accept(delivery([event('a')])).then((receipt) => {
      answered = true;
      return receipt;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    acknowledge();
    expect(await accepting).toEqual({ accepted: 1, rejected: 0 });
  });

  it('accepts nothing that Kafka has not acknowledged, and says so once', async () => {
    let isAway = true;
    const { ingest, sent, counted, logged } = rig(() =>
      isAway
        ? Promise.reject(new StreamError('unreachable', 'No broker answers.', { retryable: true }))
        : Promise.resolve(),
    );
    for (const attempt of [1, 2]) {
      const accepting = ingest.accept(delivery([event(`a-${attempt}`)]));
      await expect(accepting).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    }
    expect([sent, counted]).toEqual([[], []]);
    expect(ingest.failedAt()).toBe(1_795_312_600_000);
    isAway = false;
    await ingest.accept(delivery([event('a-1')]));
    expect(ingest.failedAt()).toBeNull();
    expect(logged).toEqual(['Kafka does not acknowledge.', 'Kafka acknowledges again.']);
  });

  it('makes a dead letter of a record that the topic is too small for', async () => {
    const { ingest, sent } = rig((records) => {
      const large = records.filter(({ value }) => value.includes('giant'));
      if (large.length === 0) return Promise.resolve();
      const details = { retryable: false, records: large };
      return Promise.reject(new StreamError('record-too-large', 'Too large.', details));
    });
    const receipt = await ingest.accept(delivery([event('a'), event('giant')]));
    expect(receipt).toEqual({ accepted: 1, rejected: 1 });
    const size = event('giant').length;
    expect(lettersIn(sent)).toMatchObject([
      { reason: 'too-large', size, message: expect.stringContaining('max.message.bytes') },
    ]);
  });
});
