import { afterEach, describe, expect, it } from '@jest/globals';
import { type RuleVersion } from '@auditstream/events/generated/types';
import { createCatalogue } from '../domain/catalogue.ts';
import { type ApiOptions, type RunningApi, startApi } from './api.ts';

const base: RuleVersion = {
  ...{ id: 'a', version: 1, title: 'A', level: 'low', mode: 'enforce', enabled: true },
  ...{ text: 'title: A', digest: 'd1', pack: 'p', author: 'x', comment: 'c' },
};

const running: RunningApi[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.stop()));
});

/** On a real socket: that is what answers outside, too. */
async function serve(catalogue: ApiOptions['catalogue']) {
  const logged: unknown[] = [];
  const log = { error: (fields: object) => void logged.push(fields) };
  const listen = Object.freeze({ host: '127.0.0.1', port: 0 });
  const api = await startApi({ catalogue, log, listen });
  running.push(api);
  const request = async (path: string, method = 'GET') => {
    const response = await fetch(api.address + path, { method });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { request, logged };
}

function twoVersions() {
  const catalogue = createCatalogue();
  catalogue.add({ version: base, publishedAt: 0 });
  catalogue.add({ version: { ...base, version: 2, enabled: false }, publishedAt: 1500 });
  return catalogue;
}

const newest = { ...base, version: 2, enabled: false, publishedAt: '1970-01-01T00:00:01.500Z' };

describe('the rules API', () => {
  it('lists the newest versions without their texts', async () => {
    const { request } = await serve(twoVersions());
    const { text, ...summary } = newest;
    expect(text).toBe('title: A');
    expect(await request('/v1/rules')).toEqual({ status: 200, body: { rules: [summary] } });
  });

  it('gives a rule with its versions, newest first', async () => {
    const { request } = await serve(twoVersions());
    const first = { ...base, publishedAt: '1970-01-01T00:00:00.000Z' };
    expect(await request('/v1/rules/a')).toEqual({
      status: 200,
      body: { ...newest, versions: [newest, first] },
    });
  });

  it.each([
    ['an unknown rule', '/v1/rules/b', { status: 404, body: { code: 'rule-not-found' } }],
    ['an unknown path', '/v2/rules', { status: 404, body: { code: 'not-found' } }],
    [
      'a name of Object.prototype',
      '/v1/rules/__proto__',
      { status: 404, body: { code: 'rule-not-found' } },
    ],
    [
      'an id that is too long',
      `/v1/rules/${'a'.repeat(200)}`,
      { status: 414, body: { code: 'bad-request' } },
    ],
    ['a path that is no UTF-8', '/v1/rules/%ff', { status: 400, body: { code: 'bad-request' } }],
  ])('answers %s with a code', async (_, url, expected) => {
    const { request } = await serve(twoVersions());
    expect(await request(url)).toMatchObject(expected);
  });

  it('tells nothing of the inside when it fails', async () => {
    const broken = (): never => {
      throw new Error('the inside');
    };
    const { request, logged } = await serve({ newest: broken, versionsOf: broken });
    const { status, body } = await request('/v1/rules');
    expect(status).toBe(500);
    expect(body).toEqual({ code: 'internal', message: 'The request failed; the log says why.' });
    expect(logged).toHaveLength(1);
  });

  it('is read-only', async () => {
    const { request } = await serve(twoVersions());
    expect(await request('/v1/rules/a', 'DELETE')).toMatchObject({ status: 404 });
  });

  it('describes itself', async () => {
    const { request } = await serve(twoVersions());
    const { body } = await request('/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.0' });
    expect(Object.keys(body['paths'] as object)).toEqual(['/v1/rules', '/v1/rules/{id}']);
  });
});
