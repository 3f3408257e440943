import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Source } from '../../domain/sources.ts';
import { digestOf, type HttpRig, post, startHttpRig, token } from './http-rig.ts';

const folder = join(import.meta.dirname, '../../../testdata/exports');
const linesOf = (name: string): readonly string[] =>
  readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
const entries = linesOf('gke-entries.jsonl');
const events = linesOf('gke-events.jsonl');

const credentials = [{ type: 'token', sha256: digestOf(token) }] as const;
const exportedBy = (exported: object): Source => ({
  kind: 'kubernetes-webhook',
  cluster: 'shop',
  origin: 'live',
  credentials,
  ...exported,
});
const gke = exportedBy({ exported: { format: 'gke', exportedAs: 'some-project-cluster' } });
const eks = exportedBy({ exported: { format: 'eks', exportedAs: 'shop' } });
const path = '/v1/kubernetes/shop/export';

const rigs: HttpRig[] = [];

afterEach(async () => {
  await Promise.all(rigs.splice(0).map(({ server }) => server.stop()));
});

async function start(source: Source): Promise<HttpRig> {
  const rig = await startHttpRig({ sources: { current: () => [source] } });
  rigs.push(rig);
  return rig;
}

describe('exports by HTTP', () => {
  it.each([
    ['JSON', 'application/json', entries.join('\n')],
    ['lines', 'application/x-ndjson', `${entries.join('\r\n')}\n\n`],
    ['text', 'text/plain; charset=utf-8', entries.join('\n')],
  ])('are unwrapped from %s, and named for where they are from', async (_what, type, body) => {
    const { port, deliveries } = await start(gke);
    const answer = await post(port, body, { path, headers: { 'content-type': type } });
    expect([answer.status, answer.body]).toEqual([200, { accepted: events.length, rejected: 0 }]);
    expect(deliveries).toMatchObject([
      { source: 'kubernetes', cluster: 'shop', way: 'export', exporter: 'gke' },
    ]);
    expect(deliveries[0]?.items.map(String)).toEqual(events);
  });

  it('answers Firehose in its own words, and knows it by its access key', async () => {
    const { port, deliveries } = await start(eks);
    const message = {
      ...{ messageType: 'DATA_MESSAGE', logGroup: '/aws/eks/shop/cluster' },
      ...{ logStream: 'kube-apiserver-audit-1', logEvents: [{ message: '{"auditID":"a"}' }] },
    };
    const data = gzipSync(JSON.stringify(message)).toString('base64');
    const headers = {
      ...{ authorization: undefined, 'x-amz-firehose-access-key': token },
      'x-amz-firehose-request-id': 'r-1',
    };
    const body = JSON.stringify({ requestId: 'r-1', timestamp: 1, records: [{ data }] });
    const answer = await post(port, body, { path, headers });
    expect([answer.status, answer.body]).toEqual([
      200,
      { accepted: 1, rejected: 0, requestId: 'r-1', timestamp: 0 },
    ]);
    expect(deliveries[0]?.items.map(String)).toEqual(['{"auditID":"a"}']);
  });

  it.each([
    ['no JSON', gke, '{"a":', 400, 'not-an-export'],
    ['gzip that is none', eks, '{"awslogs":{"data":"H4sIAAAA"}}', 400, 'not-an-export'],
    [
      'more than a request may hold',
      eks,
      JSON.stringify({
        awslogs: { data: gzipSync(Buffer.alloc(17 * 1024 * 1024, 32)).toString('base64') },
      }),
      ...([400, 'not-an-export'] as const),
    ],
  ])('are refused where they are %s', async (_what, source, body, status, code) => {
    const { port } = await start(source);
    const answer = await post(port, body, { path });
    expect([answer.status, answer.body]).toMatchObject([status, { code }]);
  });

  it('and events of an API server do not come by the ways of each other', async () => {
    const { port } = await start(gke);
    const asEvents = await post(port, '{}', { path: path.replace('export', 'audit') });
    expect([asEvents.status, asEvents.body]).toMatchObject([403, { code: 'wrong-way' }]);
    const plain = await start(exportedBy({}));
    const asExport = await post(plain.port, '{}', { path });
    expect([asExport.status, asExport.body]).toMatchObject([403, { code: 'wrong-way' }]);
  });
});
