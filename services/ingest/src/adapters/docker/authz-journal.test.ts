import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Accept, type Delivery, IngestError } from '../../delivery.ts';
import { type Notice } from '../../domain/notice.ts';
import { type ReadingJournal, startAuthzJournal } from './authz-journal.ts';
import { segmentPath } from './authz-segments.ts';
import { openCheckpoints } from '../checkpoints.ts';

let folder = '';
let journal = '';
let running: ReadingJournal[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditstream-journal-'));
  journal = join(folder, 'journal');
  await mkdir(journal);
});

afterEach(async () => {
  await Promise.all(running.map((reading) => reading.stop()));
  running = [];
  await rm(folder, { recursive: true });
});

interface Rig extends ReadingJournal {
  readonly items: () => readonly string[];
  readonly deliveries: Delivery[];
  readonly notices: Notice[];
}

const accepting: Accept = ({ items }) => Promise.resolve({ accepted: items.length, rejected: 0 });

async function start(accept = accepting): Promise<Rig> {
  const [deliveries, notices]: [Delivery[], Notice[]] = [[], []];
  const ignore = (): void => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };
  const reading = await startAuthzJournal({
    source: { kind: 'docker-authz', cluster: 'build-host-1', origin: 'live', journal },
    accept: async (delivery) => {
      const receipt = await accept(delivery);
      deliveries.push(delivery);
      return receipt;
    },
    checkpoints: await openCheckpoints(join(folder, 'state')),
    telemetry: { log },
    notify: (notice) => {
      notices.push(notice);
      return Promise.resolve();
    },
    pollMs: 2,
    backoff: { firstMs: 1, limitMs: 4 },
  });
  running.push(reading);
  const items = (): readonly string[] =>
    deliveries.flatMap((delivery) => delivery.items.map(String));
  return { deliveries, notices, items, stop: () => reading.stop() };
}

const call = (at: number): string => `{"authz":"call","at":${at}}`;
const write = (segment: number, text: string): Promise<void> =>
  appendFile(segmentPath(journal, segment), text);

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function consumed(): Promise<unknown> {
  const text = await readFile(join(journal, 'consumed.json'), 'utf8').catch(() => 'null');
  return JSON.parse(text) as unknown;
}

describe('a journal', () => {
  it('is read as it grows, events alone, segment by segment', async () => {
    await write(3, `{"authz":"request","at":1}\n${call(1)}\n{"authz":"ca`);
    const rig = await start();
    await until(() => rig.items().length === 1);
    await write(3, `ll","at":2}\n`);
    await until(() => rig.items().length === 2);
    await write(5, `${call(3)}\n`);
    await until(() => rig.items().length === 3);
    expect(rig.items()).toEqual([call(1), call(2), call(3)]);
    expect(rig.deliveries[0]).toMatchObject({
      ...{ source: 'docker', cluster: 'build-host-1', origin: 'live', way: 'authorization' },
    });
    await until(async () => JSON.stringify(await consumed()) === '{"segment":5,"offset":24}');
  });

  it('is gone on with after a restart; what was not accepted comes again', async () => {
    await write(1, `${call(1)}\n`);
    const first = await start();
    await until(async () => (await consumed()) !== null);
    await first.stop();
    await write(1, `${call(2)}\n`);
    let refused = 0;
    const second = await start(() => {
      refused += 1;
      return Promise.reject(new IngestError('unavailable', 'Kafka is away.', null));
    });
    await until(() => refused > 1);
    await second.stop();
    const third = await start();
    await until(() => third.items().length === 1);
    expect(third.items()).toEqual([call(2)]);
  });

  it('passes half a line over where a segment follows', async () => {
    await write(1, `${call(1)}\n{"authz":"call","to`);
    await write(2, `${call(2)}\n`);
    const rig = await start();
    await until(() => rig.items().length === 2);
    expect(rig.items()).toEqual([call(1), call(2)]);
  });

  it('tells of its gaps', async () => {
    const gap = '{"authz":"gap","reason":"dropped","count":7,"from":"1000000","to":"2000000"}';
    await write(1, `${gap}\n${call(1)}\n`);
    const rig = await start();
    await until(() => rig.items().length === 1);
    expect(rig.notices).toEqual([
      expect.objectContaining({
        ...{ action: 'source-gap', cluster: 'build-host-1', from: 1_000, to: 2_000 },
        details: { reason: 'dropped', count: '7' },
      }),
    ]);
  });

  it('goes on behind a segment that is gone, and may be begun anew', async () => {
    await write(4, `${call(1)}\n`);
    const first = await start();
    await until(() => first.items().length === 1);
    await write(9, `${call(2)}\n`);
    await rm(segmentPath(journal, 4));
    await until(() => first.items().length === 2);
    await first.stop();
    await rm(segmentPath(journal, 9));
    await write(1, `${call(3)}\n`);
    await write(2, '');
    const second = await start();
    await until(() => second.items().length === 1);
    expect(second.items()).toEqual([call(3)]);
  });

  it('may come later', async () => {
    await rm(journal, { recursive: true });
    const rig = await start();
    await mkdir(journal);
    await writeFile(segmentPath(journal, 1), `${call(1)}\n`);
    await until(() => rig.items().length === 1);
  });
});
