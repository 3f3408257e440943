import { describe, expect, it } from '@jest/globals';
import { type DocumentReader, type Json } from '../adapters/opensearch.ts';
import { who } from './who.ts';

const event = {
  '@timestamp': '2026-11-22T01:56:48.123Z',
  user: { name: 'alice' },
  event: { action: 'get', outcome: 'success' },
  orchestrator: { namespace: 'shop', cluster: { name: 'prod' } },
  source: { ip: '10.1.2.3' },
  kubernetes: { audit: { objectRef: { subresource: 'exec' } } },
};

function reader(documents: readonly Json[]): DocumentReader & { asked: Json[] } {
  const asked: Json[] = [];
  return {
    asked,
    count: () => Promise.resolve(documents.length),
    refresh: () => Promise.resolve(),
    search: (index, body) => {
      asked.push({ index, ...body });
      return Promise.resolve(documents.map((_source, at) => ({ _id: String(at), _source })));
    },
  };
}

const options = { limit: 50, json: false };

describe('who', () => {
  it('lists who did what, from where', async () => {
    const text = await who('pods/web-1', options, { reader: reader([event]), now: 0 });
    expect(text).toMatch(
      /2026-11-22T01:56:48.123Z +alice +get exec +success +shop +10.1.2.3 +prod/,
    );
  });

  it('asks for the object, its namespace and the span of time', async () => {
    const asked = reader([]);
    const range = { since: '2026-11-22T00:00:00Z', namespace: 'shop' };
    await who('deployments/web', { ...options, ...range }, { reader: asked, now: 0 });
    expect(asked.asked[0]).toMatchObject({
      index: 'audit-events',
      size: 50,
      collapse: { field: 'auditstream.request_id' },
      query: {
        bool: {
          filter: [
            { term: { 'orchestrator.resource.type': 'deployments' } },
            { term: { 'orchestrator.resource.name': 'web' } },
            { term: { 'orchestrator.namespace': 'shop' } },
            { range: { '@timestamp': { gte: '2026-11-22T00:00:00Z' } } },
          ],
        },
      },
    });
  });

  it('gives scripts the documents, one a line', async () => {
    const text = await who(
      'pods/web-1',
      { ...options, json: true },
      { reader: reader([event, event]), now: 0 },
    );
    expect(text.split('\n').map((line) => JSON.parse(line) as Json)).toEqual([event, event]);
  });

  it('says so where nothing is found', async () => {
    const text = await who('pods/web-1', options, { reader: reader([]), now: 0 });
    expect(text).toBe('No event about pods/web-1 was found.');
  });

  it.each(['web-1', '/web', 'pods/', 'pods web'])('refuses %s', async (object) => {
    await expect(who(object, options, { reader: reader([]), now: 0 })).rejects.toThrow(
      /give <resource>\/<name>, as in deployments\/web/,
    );
  });
});
