import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openOpenSearch, type OpenSearch } from './opensearch.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Call {
  readonly line: string;
  readonly type: string | undefined;
  readonly body: string;
}

let server: Server | undefined;
let store: OpenSearch | undefined;

afterEach(async () => {
  await store?.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

interface Setting {
  readonly templates?: readonly string[];
  /** No look at the store falls into a test that doesn't ask for it. */
  readonly probeMs?: number;
  /** What the server says to a method when all answers are given. */
  readonly afterwards?: (method: string) => Answer;
}

/** A server that gives these answers, one after the other, and what it was asked. */
async function open(answers: readonly (Answer | 'hang')[], setting: Setting = {}) {
  const { templates = [], probeMs = 60_000 } = setting;
  const { afterwards = () => ({ status: 500, body: '{}' }) } = setting;
  const calls: Call[] = [];
  const waiting = [...answers];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const line = `${request.method ?? ''} ${request.url ?? ''}`;
      const body = Buffer.concat(chunks).toString();
      calls.push({ line, type: request.headers['content-type'], body });
      const answer = waiting.shift() ?? afterwards(request.method ?? '');
      if (answer === 'hang') return;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const seconds: number[] = [];
  const onBulk = (took: number): void => void seconds.push(took);
  store = openOpenSearch({ url, timeoutMs: 200, templates, probeMs, onBulk });
  return { store, calls, seconds };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('Waited in vain.');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const created = { status: 200, body: '{"items":[{"create":{"status":201}}]}' };

describe('openOpenSearch', () => {
  it('sends the body as it is and gives the items', async () => {
    const body =
      '{"items":[{"create":{"status":201}},{"index":{"status":400,"error":{"type":"t","reason":"r"}}}]}';
    const { store, calls, seconds } = await open([{ status: 200, body }]);
    expect(await store.bulk('{"create":{}}\n{"a":"ü"}\n')).toEqual([
      { status: 201 },
      { status: 400, error: { type: 't', reason: 'r' } },
    ]);
    expect(calls).toMatchObject([
      { type: 'application/x-ndjson', body: '{"create":{}}\n{"a":"ü"}\n' },
    ]);
    expect(calls[0]?.line).toMatch(/^POST \/_bulk\?filter_path=/);
    expect(seconds).toHaveLength(1);
  });

  it('reads positions; a document that is not there has none', async () => {
    const body =
      '{"docs":[{"found":true,"_source":{"auditstream":{"partition":1,"offset":7}}},{"found":false},{"error":{"type":"index_not_found_exception"}}]}';
    const { store, calls } = await open([{ status: 200, body }]);
    const names = ['a', 'b', 'c'].map((id) => ({ index: 'i', id }));
    expect(await store.positions(names)).toEqual([
      { partition: 1, offset: 7 },
      undefined,
      undefined,
    ]);
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      docs: names.map(({ id }) => ({ _index: 'i', _id: id })),
    });
  });

  it.each([
    [429, 'unavailable'],
    [503, 'unavailable'],
    [403, 'unavailable'],
    [413, 'too-big'],
  ])('asks once: a whole %d is %s', async (status, code) => {
    const { store, calls } = await open([{ status, body: '{"error":"x"}' }, created]);
    await expect(store.bulk('{}\n{}\n')).rejects.toMatchObject({ code });
    expect(calls).toHaveLength(1);
  });

  it('is unhealthy from a failure until the next answer', async () => {
    const { store } = await open([created, { status: 503, body: '{}' }, created]);
    await store.bulk('{}\n{}\n');
    expect(store.health()).toEqual({ ok: true });
    await expect(store.bulk('{}\n{}\n')).rejects.toThrow('answered 503');
    expect(store.health()).toMatchObject({ ok: false });
    await store.bulk('{}\n{}\n');
    expect(store.health()).toEqual({ ok: true });
  });

  it('is healthy only while OpenSearch and the templates are there, though nobody writes', async () => {
    let status = 503;
    const afterwards = (): Answer => ({ status, body: '' });
    const { store } = await open([], { templates: ['t'], probeMs: 5, afterwards });
    expect(store.health()).toEqual({
      ok: false,
      reason: expect.stringContaining('not been reached'),
    });
    for (const [next, isOk] of [
      [200, true],
      [503, false],
      [200, true],
      [404, false],
    ] as const) {
      status = next;
      await until(() => store.health().ok === isOk);
    }
    expect(store.health()).toMatchObject({ reason: expect.stringContaining('index template t') });
  });

  it('is not made healthy by a look where it refuses what is written', async () => {
    const afterwards = (method: string): Answer => ({
      ...{ status: method === 'POST' ? 503 : 200, body: '' },
    });
    const { store, calls } = await open([], { templates: ['t'], probeMs: 5, afterwards });
    await expect(store.bulk('{}\n{}\n')).rejects.toThrow('answered 503');
    const asked = calls.length;
    await until(() => calls.length > asked + 2);
    expect(store.health()).toEqual({ ok: false, reason: expect.stringContaining('503') });
  });

  it('gives up a request that is not answered in time, and works again after it', async () => {
    const { store } = await open(['hang', created]);
    await expect(store.bulk('{}\n{}\n')).rejects.toMatchObject({ code: 'unreachable' });
    expect(await store.bulk('{}\n{}\n')).toEqual([{ status: 201 }]);
  });

  it('is unreachable where nothing listens', async () => {
    store = openOpenSearch({
      ...{ url: 'http://127.0.0.1:1', timeoutMs: 200, templates: [], onBulk: () => undefined },
    });
    await expect(store.bulk('{}\n{}\n')).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('writes nothing before the templates are there, and looks for them once', async () => {
    const missing = { status: 404, body: '' };
    const found = { status: 200, body: '' };
    const answers = [missing, found, found, created, created];
    const { store, calls } = await open(answers, { templates: ['t-1', 't-2'] });
    await expect(store.bulk('{}\n{}\n')).rejects.toMatchObject({ code: 'templates-missing' });
    await store.bulk('{}\n{}\n');
    await store.bulk('{}\n{}\n');
    expect(calls.map(({ line }) => line.split('?')[0])).toEqual([
      'HEAD /_index_template/t-1',
      'HEAD /_index_template/t-1',
      'HEAD /_index_template/t-2',
      'POST /_bulk',
      'POST /_bulk',
    ]);
  });
});
