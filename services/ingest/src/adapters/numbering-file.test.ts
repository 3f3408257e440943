import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodePredecessor, decodeSequence } from '@auditstream/events/sequence';
import { type KeptNumbering, openNumbering } from './numbering-file.ts';
import { ignore } from './spool/spool-rig.ts';

let stateFolder = '';
const opened: KeptNumbering[] = [];
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'numbering-'));
});
afterEach(async () => {
  for (const kept of opened.splice(0)) await kept.stop();
  await rm(stateFolder, { recursive: true });
});

async function start(
  countPartitions: () => Promise<number | undefined> = () => Promise.resolve(4),
  now = 1_000,
): Promise<KeptNumbering> {
  const kept = await openNumbering({
    ...{ stateFolder, countPartitions, now: () => now, telemetry: { log } },
  });
  opened.push(kept);
  return kept;
}

function send({ numbering }: KeptNumbering) {
  const record = { topic: 'audit.ingested', key: Buffer.from('k'), value: Buffer.from('v') };
  const numbered = numbering.number([record]);
  numbered.durable([]);
  return numbered.records[0]?.headers ?? {};
}

describe('the numbering of a state folder', () => {
  it('is one ingester over all starts, with a new epoch for each', async () => {
    const first = await start();
    const before = decodeSequence(send(first));
    send(first);
    await first.stop();
    const headers = send(await start());
    const after = decodeSequence(headers);
    expect(before).toMatchObject({ epoch: 1_000, sequence: 1 });
    // The clock stands still, or has been put back: the epoch is greater all the same.
    expect(after).toMatchObject({ ingester: before?.ingester, epoch: 1_001, sequence: 1 });
    expect(decodePredecessor(headers)).toEqual({ epoch: 1_000, last: 2 });
  });

  it('begins an epoch that no other start can have, also when it is killed at once', async () => {
    await start();
    expect(decodeSequence(send(await start()))?.epoch).toBe(1_001);
  });

  it('takes the number of partitions from Kafka, else from the last start, else from the table', async () => {
    const away = (): Promise<number> => Promise.reject(new Error('no broker'));
    expect((await start(away)).partitions).toBe(6);
    expect((await start(() => Promise.resolve(12))).partitions).toBe(12);
    expect((await start(away)).partitions).toBe(12);
    expect((await start(() => Promise.resolve(undefined))).partitions).toBe(12);
  });

  it('is another ingester where its file was spoilt', async () => {
    const first = await start();
    const { ingester } = decodeSequence(send(first)) ?? {};
    await first.stop();
    const [name = ''] = (await readdir(stateFolder)).filter((file) => file.endsWith('.json'));
    const text = await readFile(join(stateFolder, name), 'utf8');
    for (const spoilt of [
      text.slice(0, -3),
      text.replace(/"epoch":\d+,"count"/, '"count"'),
      '[]',
    ]) {
      await writeFile(join(stateFolder, name), spoilt);
      const next = await start();
      expect(decodeSequence(send(next))?.ingester).not.toBe(ingester);
      await next.stop();
    }
  });
});
