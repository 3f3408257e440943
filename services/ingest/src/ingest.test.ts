import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '@auditstream/audit-policy/parse';
import { type Delivery, IngestError } from './delivery.ts';
import { type Durably, type Patience } from './durable-sink.ts';
import { delivery, event, lettersIn, recordsIn, rig, textsIn } from './ingest-rig.ts';
import { type Seal } from './letters.ts';

const asText = (item: Buffer): string => item.toString();

describe('what the reducer drops', () => {
  const none =
    '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None, users: [alice]}]}';

  it('counts as accepted, is counted by rule, and is not sent; what is no event is rejected', async () => {
    const { accept, sent, counted } = rig(undefined, undefined, parsePolicy('p', none));
    const receipt = await accept(
      delivery([event('a'), Buffer.from('{"user":{"username":"alice"}}')]),
    );
    expect(receipt).toEqual({ accepted: 1, rejected: 1 });
    expect(recordsIn(sent)).toEqual([]);
    expect(lettersIn(sent)).toHaveLength(1);
    expect(counted).toContainEqual(['ingest_reduced_total', { rule: '1', effect: 'dropped' }, 1]);
  });
});

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
    expect(letters.map(({ reason, size }) => [reason, size])).toEqual([
      ['too-large', 9_000_000],
      ['not-an-event', 22],
      ['not-json', 1],
    ]);
    expect(letters.every(({ payload, sealed }) => payload === null && sealed === null)).toBe(true);
    expect(JSON.stringify(letters)).not.toContain('hunter2');
    const source_name = 'front';
    const labels = { source: 'kubernetes', cluster: 'sample', source_name };
    const bytes = 9_000_000 + items.reduce((sum, { length }) => sum + length, 0);
    expect(counted).toEqual([
      ['ingest_received_items_total', { source_name }, 5],
      ['ingest_received_bytes_total', { source_name }, bytes],
      ...[1, 2, 3].map(() => ['ingest_sealed_items_total', { result: 'no-key' }, 1]),
      ['ingest_events_total', { ...labels, result: 'accepted' }, 2],
      ['ingest_events_total', { ...labels, result: 'rejected' }, 3],
      ['ingest_rejections_total', { source_name, reason: 'too-large' }, 1],
      ['ingest_rejections_total', { source_name, reason: 'not-an-event' }, 1],
      ['ingest_rejections_total', { source_name, reason: 'not-json' }, 1],
      ['ingest_lag_seconds', { source_name }, expect.closeTo(97.508665, 5)],
    ]);
  });

  it('takes secrets out of what is sent, and counts them by kind', async () => {
    const { accept, sent, counted } = rig();
    const secret = (auditID: string): Buffer =>
      Buffer.from(event(auditID).toString().replace('"/"', '"/?token=hunter2&password=hunter3"'));
    await accept(delivery([secret('a'), event('b'), secret('c')]));
    expect(textsIn(sent, 'audit.ingested').join()).not.toContain('hunter');
    expect(recordsIn(sent).map(({ redacted }) => redacted)).toEqual([2, 0, 2]);
    const source_name = 'front';
    expect(counted.filter(([metric]) => metric === 'ingest_redactions_total')).toEqual([
      ['ingest_redactions_total', { source_name, kind: 'token' }, 2],
      ['ingest_redactions_total', { source_name, kind: 'password' }, 2],
    ]);
  });

  it('counts what was accepted before as repeated, and keeps it', async () => {
    const { accept, sent, counted } = rig();
    await accept(delivery([event('a'), event('b')]));
    await accept(delivery([event('b'), event('c'), event('a'), event('c')]));
    const repeats = counted.filter(([metric]) => metric === 'ingest_repeats_total');
    expect(repeats).toEqual([['ingest_repeats_total', { source_name: 'front' }, 3]]);
    expect(recordsIn(sent)).toHaveLength(6);
  });

  it('counts nothing as repeated that was refused before', async () => {
    let isAway = true;
    const away = new IngestError('unavailable', 'Nobody took it.', undefined);
    const { accept, counted } = rig(() => (isAway ? Promise.reject(away) : Promise.resolve([])));
    await expect(accept(delivery([event('a')]))).rejects.toBe(away);
    isAway = false;
    await accept(delivery([event('a')]));
    expect(counted.map(([metric]) => metric)).not.toContain('ingest_repeats_total');
  });

  it('answers only when everything is durable', async () => {
    let acknowledge = (): void => undefined;
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
    const received = ['ingest_received_items_total', 'ingest_received_bytes_total'];
    expect(counted.map(([metric]) => metric)).toEqual(received);
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

const sealedTo = { format: 'age-encryption.org/v1', to: ['age1a'] };
const sealing: Seal = (item) => {
  const bytes = Buffer.from(`sealed ${item?.length ?? 0}`);
  return Promise.resolve({ result: 'sealed', sealed: { bytes, ...sealedTo } });
};

describe('the dead letters of a delivery', () => {
  const idsOf = async (delivered: Delivery): Promise<readonly string[]> => {
    const { accept, sent } = rig();
    await accept(delivered);
    return lettersIn(sent).map(({ id }) => id);
  };
  const bad = delivery([Buffer.from('{}'), event('a'), Buffer.from('{}')]);

  it('are named alike when it comes again, and apart from each other and from any other', async () => {
    const ids = await idsOf(bad);
    expect(await idsOf(bad)).toEqual(ids);
    const others = await Promise.all([
      idsOf({ ...bad, cluster: 'other' }),
      idsOf({ ...bad, items: [...bad.items, event('b')] }),
      idsOf({ ...bad, place: { name: 'here', firstItem: 0 } }),
    ]);
    const all = [...ids, ...others.flat()];
    expect([all.length, new Set(all).size]).toEqual([8, 8]);
    expect(all.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });

  it('are named by the place of what is read, however it is cut', async () => {
    const at = (firstItem: number, items: readonly Buffer[]): Delivery => ({
      ...delivery(items),
      ...{ way: 'file', place: { name: 'device inode 0', firstItem } },
    });
    const whole = await idsOf(at(0, bad.items));
    const [first, , last] = bad.items.map((item) => [item]);
    expect([...(await idsOf(at(0, first ?? []))), ...(await idsOf(at(2, last ?? [])))]).toEqual(
      whole,
    );
  });

  it('carry the sealed bytes, and go without where their topic does not take them', async () => {
    const take: Durably = (records) =>
      Promise.resolve(records.filter(({ value }) => value.includes('"type":"Buffer"')));
    const [kept, lost] = [rig(undefined, sealing), rig(take, sealing)];
    expect(await kept.accept(bad)).toEqual({ accepted: 1, rejected: 2 });
    expect(lettersIn(kept.sent)).toMatchObject([
      { sealedFormat: sealedTo.format, sealedTo: sealedTo.to },
      { sealedFormat: sealedTo.format },
    ]);
    expect(await lost.accept(bad)).toEqual({ accepted: 1, rejected: 2 });
    expect(lettersIn(lost.sent)).toMatchObject([{ sealed: null }, { sealed: null, sealedTo: [] }]);
    expect(lettersIn(lost.sent).map(({ id }) => id)).toEqual(
      lettersIn(kept.sent).map(({ id }) => id),
    );
  });
});

describe('an event above 8 MiB', () => {
  const large = (member: string, auditID = 'a'): Buffer => {
    const value = `"${'x'.repeat(9_000_000)}"`;
    return Buffer.from(event(auditID).toString().replace(/}$/, `,"${member}":${value}}`));
  };
  const left = event('a')
    .toString()
    .replace(/}$/, ',"requestObject":{"auditstream.truncated":{"bytes":9000002}}}');

  it('keeps all but its bodies, is marked and counted, and has the id of what is left', async () => {
    const { accept, sent, counted } = rig();
    await accept(delivery([event('b'), large('requestObject')]));
    await accept(delivery([Buffer.from(left)]));
    const [, cut, whole] = recordsIn(sent);
    expect(cut).toMatchObject({ body: left, truncatedBytes: 9_000_002 });
    expect(whole).toMatchObject({ id: cut?.id, body: left, truncatedBytes: 0 });
    const labels = { source: 'kubernetes', cluster: 'sample' };
    expect(counted).toContainEqual(['ingest_truncated_events_total', labels, 1]);
  });

  it('is rejected as it is where that is not enough', async () => {
    const { accept, sent } = rig(undefined, sealing);
    const item = large('userAgent');
    expect(await accept(delivery([item]))).toEqual({ accepted: 0, rejected: 1 });
    expect(lettersIn(sent)).toMatchObject([{ reason: 'too-large', size: item.length }]);
    const [letter] = lettersIn(sent);
    expect(letter?.sealed).toMatchObject({ data: [...Buffer.from(`sealed ${item.length}`)] });
  });
});
