import { text } from 'node:stream/consumers';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Accept, IngestError } from '../../delivery.ts';
import {
  begin,
  defaultSources,
  digestOf,
  type HttpRig,
  listOf,
  mebibyte,
  path,
  post,
  type Sending,
  startHttpRig,
  token,
  until,
} from './http-rig.ts';
import { type HttpServer } from './http-server.ts';

const started: HttpServer[] = [];

let sources = defaultSources;

afterEach(async () => {
  sources = defaultSources;
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function start(accept?: Accept, answerLimitMs = 5_000): Promise<HttpRig> {
  const rig = await startHttpRig({
    ...{ answerLimitMs, sources: { current: () => sources } },
    ...(accept && { accept }),
  });
  started.push(rig.server);
  return rig;
}

describe('the audit webhook', () => {
  it('hands over the exact bytes, with what the credential says of them', async () => {
    const { port, deliveries } = await start();
    const items = ['{"n":12345678901234567890}', '{"a":1,"a":2}'];
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const answer = await post(port, listOf(...items), { path: `${path}?timeout=30s`, headers });

    expect([answer.status, answer.body]).toEqual([200, { accepted: 2, rejected: 0 }]);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(deliveries).toHaveLength(1);
    expect(deliveries[0]).toMatchObject({
      ...{ source: 'kubernetes', cluster: 'sample', origin: 'replay', way: 'webhook' },
      ...{ sourceName: 'kubernetes-webhook/sample', oversized: [] },
    });
    expect(deliveries[0]?.items.map(String)).toEqual(items);
  });

  it('takes a body of 16 MiB in pieces', async () => {
    const { port, budget } = await start();
    const empty = listOf('""').length;
    const body = listOf(`"${'x'.repeat(16 * mebibyte - empty)}"`);
    const answer = await post(port, body, { headers: { 'transfer-encoding': 'chunked' } });
    expect(answer.status).toBe(200);
    expect(budget.taken()).toBe(0);
  });
});

describe('the credentials', () => {
  it('are those of the sources as they are now', async () => {
    const { port } = await start();
    sources = defaultSources.slice(0, 1);
    expect((await post(port, listOf('{}'))).status).toBe(401);
    sources = defaultSources;
    expect((await post(port, listOf('{}'))).status).toBe(200);
  });
});

const good = listOf('{}');
type Case = readonly [what: string, sending: Sending, body: string, status: number, code: string];

const refused: readonly Case[] = [
  ['no token', { headers: { authorization: undefined } }, good, 401, 'unauthorized'],
  ['an unknown token', { headers: { authorization: 'Bearer x' } }, good, 401, 'unauthorized'],
  ['another scheme', { headers: { authorization: `Basic ${token}` } }, good, 401, 'unauthorized'],
  ['an empty token', { headers: { authorization: 'Bearer ' } }, good, 401, 'unauthorized'],
  [
    'the digest as token',
    { headers: { authorization: `Bearer ${digestOf(token)}` } },
    good,
    401,
    'unauthorized',
  ],
  ['another cluster', { path: '/v1/kubernetes/other/audit' }, good, 403, 'wrong-cluster'],
  ['another path', { path: '/v1/kubernetes/sample' }, good, 404, 'not-found'],
  ['another method', { method: 'PUT' }, good, 404, 'not-found'],
  ['a path that is no UTF-8', { path: '/v1/kubernetes/%ff/audit' }, good, 400, 'bad-request'],
  [
    'a cluster of 254 characters',
    { path: `/v1/kubernetes/${'a'.repeat(254)}/audit` },
    good,
    400,
    'bad-request',
  ],
  [
    'another cluster with the longest name',
    { path: `/v1/kubernetes/${'a'.repeat(253)}/audit` },
    good,
    403,
    'wrong-cluster',
  ],
  ['text', { headers: { 'content-type': 'text/plain' } }, good, 415, 'unsupported-media-type'],
  ['deflate', { headers: { 'content-encoding': 'deflate' } }, good, 415, 'unsupported-media-type'],
  [
    'two encodings',
    { headers: { 'content-encoding': 'gzip, gzip' } },
    good,
    415,
    'unsupported-media-type',
  ],
  ['a body that is no list', {}, '[]', 400, 'not-an-event-list'],
  ['an empty body', {}, '', 400, 'not-an-event-list'],
  ['no body', { headers: { 'content-type': undefined } }, '', 400, 'not-an-event-list'],
];

describe('a request that is refused', () => {
  it.each(refused)('for %s', async (...[, sending, body, status, code]) => {
    const { port, deliveries, counted, budget } = await start();
    const answer = await post(port, body, sending);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ code, message: expect.any(String) });
    expect([deliveries, counted, budget.taken()]).toEqual([[], [code], 0]);
  });

  it('for its size, before its body is read', async () => {
    const { port, budget } = await start();
    const headers = { 'content-length': 16 * mebibyte + 1 };
    const answer = await post(port, 'x', { headers });
    expect([answer.status, answer.body]).toMatchObject([413, { code: 'body-too-large' }]);
    expect(budget.taken()).toBe(0);
  });

  it.each<[string, Sending, number]>([
    ['a token', { headers: { authorization: undefined } }, 401],
    ['a path that is known', { path: '/', headers: { authorization: undefined } }, 404],
    ['a method that is known', { method: 'PUT', headers: { authorization: undefined } }, 404],
  ])('for want of %s, before its body is read', async (_what, sending, status) => {
    const { port } = await start();
    const headers = { ...sending.headers, 'content-length': 15 * mebibyte };
    const answer = await post(port, 'x', { ...sending, headers });
    expect(answer.status).toBe(status);
  });

  it('for its size, when that was not announced', async () => {
    const { port } = await start();
    const headers = { 'transfer-encoding': 'chunked' };
    const answer = await post(port, Buffer.alloc(17 * mebibyte, ' '), { headers });
    expect([answer.status, answer.body]).toMatchObject([413, { code: 'body-too-large' }]);
  });

  it('for bytes that are no HTTP', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.end('nonsense\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toContain('HTTP/1.1 400 Bad Request');
    expect(answer).toContain('{"code":"bad-request","message":"This is not an HTTP request."}');
  });

  it('is counted by the source, once its credential is known', async () => {
    const { port, names } = await start();
    await post(port, good, { headers: { authorization: undefined } });
    await post(port, good, { path: '/v1/kubernetes/other/audit' });
    await until(() => names.length === 4);
    const own = 'kubernetes-webhook/sample';
    expect(names.toSorted()).toEqual([own, own, 'none', 'none']);
  });

  it('is logged once, without token or content', async () => {
    const { port, logged } = await start();
    const secret = { headers: { authorization: 'Bearer s3cret-token' } };
    await post(port, listOf('"hunter2"'), secret);
    await post(port, listOf('"hunter2"'), secret);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('unauthorized');
    expect(logged.join('')).not.toMatch(/s3cret|hunter2/);
  });
});

describe('a delivery that is not durable', () => {
  it('is answered with 429 and Retry-After when Kafka does not acknowledge', async () => {
    const away = new IngestError('unavailable', 'Kafka did not acknowledge.', null);
    const { port } = await start(() => Promise.reject(away));
    const answer = await post(port, good);
    expect([answer.status, answer.body]).toMatchObject([429, { code: 'unavailable' }]);
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('is answered in time, and keeps its memory until Kafka is done with it', async () => {
    let acknowledge = (): void => undefined;
    const slow: Accept = () =>
      new Promise((resolve) => {
        acknowledge = (): void => {
          resolve({ accepted: 1, rejected: 0 });
        };
      });
    const { port, budget } = await start(slow, 20);
    const answer = await post(port, good);
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
    expect(budget.taken()).toBe(good.length);
    acknowledge();
    await new Promise((resolve) => setImmediate(resolve));
    expect(budget.taken()).toBe(0);
  });

  it('is turned away when the memory for deliveries is in use', async () => {
    const { port, budget, deliveries } = await start();
    const giveBack = budget.reserve(20 * mebibyte - 5);
    const answer = await post(port, good);
    expect([answer.status, answer.body]).toMatchObject([429, { code: 'busy' }]);
    expect(answer.headers['retry-after']).toBe('1');
    giveBack?.();
    expect((await post(port, good)).status).toBe(200);
    expect(deliveries).toHaveLength(1);
  });

  it('is answered with 500 for a defect, which only the log tells of', async () => {
    const { port, logged } = await start(() => Promise.reject(new Error('a defect inside')));
    const answer = await post(port, good);
    expect([answer.status, answer.body]).toMatchObject([500, { code: 'internal' }]);
    expect(JSON.stringify(answer.body)).not.toContain('defect');
    expect(logged).toHaveLength(1);
  });

  it('gives its memory back when the sender goes away in the middle', async () => {
    const { port, budget } = await start();
    const outgoing = begin(port, { headers: { 'content-length': 1_000 } });
    outgoing.on('error', () => undefined);
    outgoing.write('{"kind":');
    await until(() => budget.taken() === 1_000);
    outgoing.destroy();
    await until(() => budget.taken() === 0);
  });
});
