import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJournalLine } from '../domain/journal-line.ts';
import { createOpenCalls } from '../domain/open-calls.ts';
import { type JournalOptions, openJournal, type RunningJournal } from './journal.ts';
import { recoverOpenCalls } from './recovery.ts';

let folder = '';
let journal: RunningJournal | undefined;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'auditstream-authz-')), 'journal');
});

afterEach(async () => {
  await journal?.stop();
  journal = undefined;
  await rm(join(folder, '..'), { recursive: true });
});

const ignore = (): void => undefined;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };
const telemetry = { count: ignore, set: ignore, observe: ignore, log };

async function start(options: Partial<JournalOptions> = {}): Promise<RunningJournal> {
  journal = await openJournal({
    ...{ folder, segmentBytes: 10_000, maxBytes: 1_000_000, needed: () => Infinity, telemetry },
    ...{ tidyMs: 5, ...options },
  });
  return journal;
}

const callId = (at: number): string => String(at).padStart(32, '0');

function call(at: number, stage = 'complete'): Buffer {
  const rest = `"stage":"${stage}","callId":"${callId(at)}","timeNano":${1_000 + at},"pad":"${'x'.repeat(900)}"`;
  return Buffer.from(`{"authz":"call",${rest}}\n`);
}

function request(at: number): Buffer {
  const key = 'a'.repeat(64);
  const rest = `"key":"${key}","callId":"${callId(at)}","timeNano":${1_000 + at},"method":"POST","path":"/x"`;
  return Buffer.from(`{"authz":"request",${rest}}\n`);
}

async function segments(): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
}

async function lines(): Promise<readonly string[]> {
  const texts = await Promise.all(
    (await segments()).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.join('').split('\n').slice(0, -1);
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('a journal', () => {
  it('has every line that it said it had, in order, in segments', async () => {
    const { append } = await start();
    await Promise.all(Array.from({ length: 100 }, (_, at) => append(call(at))));
    for (let at = 100; at < 130; at += 1) await append(call(at));
    expect(await lines()).toEqual(
      Array.from({ length: 130 }, (_, at) => call(at).toString().trimEnd()),
    );
    expect((await segments()).length).toBeGreaterThan(2);
  });

  it('gives its files the permissions of its folder', async () => {
    await start();
    const [name = ''] = await segments();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('begins a new segment at each start, also where all were read and are gone', async () => {
    await (await start()).append(call(1));
    await journal?.stop();
    await start();
    expect(await segments()).toEqual(['0000000000000001.jsonl', '0000000000000002.jsonl']);
    await journal?.stop();
    for (const name of await segments()) await rm(join(folder, name));
    await writeFile(join(folder, 'consumed.json'), '{"segment":7,"offset":1}');
    await start();
    expect(await segments()).toEqual(['0000000000000008.jsonl']);
  });

  it('lets go what was read, but nothing that an open call needs', async () => {
    let needed = 2;
    const { append } = await start({ needed: () => needed });
    for (let at = 0; at < 40; at += 1) await append(call(at));
    const all = await segments();
    await writeFile(join(folder, 'consumed.json'), '{"segment":4,"offset":0}');
    await until(async () => (await segments()).length === all.length - 1);
    needed = Infinity;
    await until(async () => (await segments())[0] === '0000000000000004.jsonl');
  });

  it('drops the oldest segments when it is full, and says how many calls went with them', async () => {
    const { append } = await start({ maxBytes: 30_000 });
    for (let at = 0; at < 100; at += 1) await append(call(at));
    const read = async () => (await lines()).map((line) => readJournalLine(Buffer.from(line)));
    const gapsIn = async () =>
      (await read()).flatMap((line) => (line.type === 'gap' ? [line.gap] : []));
    const accounted = async (): Promise<number> => {
      const lost = (await gapsIn()).reduce((sum, { count }) => sum + count, 0);
      return lost + (await read()).filter(({ type }) => type === 'call').length;
    };
    const size = async (): Promise<number> => (await lines()).join('\n').length;
    await until(async () => (await size()) <= 41_000 && (await accounted()) === 100);
    const gaps = await gapsIn();
    expect(gaps.map(({ from }) => from)).toContain(1_000n);
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['dropped']));
  });

  it('that cannot be written says so, and is written again when it can be', async () => {
    const { append, failedAt } = await start();
    await append(call(1));
    await rm(folder, { recursive: true });
    for (let at = 0; at < 11; at += 1) await append(call(at)).catch(ignore);
    await expect(append(call(2))).rejects.toMatchObject({ code: 'not-written', retryable: true });
    expect(failedAt()).toBeGreaterThan(0);
    await mkdir(folder);
    await append(call(3));
    expect(failedAt()).toBe(0);
    expect(await lines()).toEqual([call(3).toString().trimEnd()]);
  });
});

describe('after a restart', () => {
  it('open calls are known again; half a line is taken away', async () => {
    const { append } = await start();
    for (const line of [request(1), request(2), call(1), request(3), call(3, 'open')])
      await append(line);
    await journal?.stop();
    const [name = ''] = await segments();
    const path = join(folder, name);
    const whole = await readFile(path);
    await writeFile(path, Buffer.concat([whole, request(4).subarray(0, 50)]));
    const open = createOpenCalls({ calls: 10, bytes: 10_000 });
    expect(await recoverOpenCalls(folder, open)).toEqual({
      segments: 1,
      surplus: [],
      tornBytes: 50,
    });
    expect(await readFile(path)).toEqual(whole);
    expect(open.count).toBe(2);
    expect(open.due(10_000n).map((found) => found.callId)).toEqual([callId(2)]);
  });
});
