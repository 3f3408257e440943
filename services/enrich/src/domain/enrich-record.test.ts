import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openCodec } from '@auditstream/events/codec';
import {
  type AuditEvent,
  type AuditRecord,
  type Source,
} from '@auditstream/events/generated/types';
import fc from 'fast-check';
import { enrichRecord } from './enrich-record.ts';

const position = { partition: 3, offset: 42, appendedAt: 1_795_312_700_000 };
const codec = await openCodec('audit.enriched', {
  idOf: async () => Promise.resolve(1),
  schemaOf: async () => Promise.reject(new Error('not asked for')),
});

function recordOf(source: Source, body: string, time = 1_795_312_609_089_818): AuditRecord {
  return {
    id: 'id-1',
    requestId: 'request-1',
    source,
    cluster: 'sample',
    origin: 'live',
    delivery: 'webhook',
    exporter: null,
    time,
    receivedAt: 1_795_312_610_000,
    redactions: [{ path: 'requestURI', kind: 'token', size: 12 }],
    redacted: 1,
    truncatedBytes: 7,
    body: Buffer.from(body),
  };
}

function enriched(source: Source, body: string, time?: number): AuditEvent {
  const result = enrichRecord(recordOf(source, body, time), position);
  if (!result.ok) throw new Error(result.rejection.message);
  return result.event;
}

function linesOf(name: string): readonly string[] {
  const url = new URL(`../../testdata/${name}.jsonl`, import.meta.url);
  return readFileSync(url, 'utf8').trimEnd().split('\n');
}

function kubernetesLine(auditId: string): string {
  const line = linesOf('kubernetes').find((text) => text.includes(auditId));
  if (line === undefined) throw new Error(`no event ${auditId} in testdata`);
  return line;
}

describe('enrichRecord', () => {
  it('gives the whole event of a refused authentication', () => {
    const line = kubernetesLine('f87c51b6');
    expect(enriched('kubernetes', line)).toEqual({
      ...recordOf('kubernetes', line),
      ...position,
      actor: { name: 'unknown', id: null, groups: [] },
      effectiveActor: null,
      action: 'list',
      object: {
        ...{ type: 'secrets', group: null, version: 'v1', subresource: null },
        ...{ namespace: null, name: null, id: null },
      },
      outcome: 'failure',
      reason: 'Unauthorized',
      statusCode: 401,
      sourceAddress: '127.0.0.1',
      sourceAddresses: ['127.0.0.1'],
      userAgent: 'curl/7.88.1',
      images: [],
      kubernetes: {
        auditId: 'f87c51b6-4a72-4a7f-9e7b-7c268ba6c95c',
        stage: 'ResponseStarted',
        level: 'Metadata',
        requestUri: '/api/v1/secrets',
        requestReceivedAt: 1_795_312_609_089_367,
        annotations: {},
      },
      docker: null,
      notice: null,
    });
  });

  it.each<readonly [string, string, Partial<AuditEvent>]>([
    [
      'an impersonation',
      'ac075ecf',
      {
        actor: {
          ...{ name: 'kubernetes-admin', id: null },
          groups: ['system:masters', 'system:authenticated'],
        },
        effectiveActor: {
          ...{ name: 'system:admin', id: null },
          groups: ['system:masters', 'system:authenticated'],
        },
        outcome: 'success',
        reason: null,
      },
    ],
    [
      'a JSON patch that adds a sidecar',
      '5b242b28',
      {
        action: 'patch',
        images: ['evil/side:1', 'nginx:1.27'],
        outcome: 'success',
        statusCode: 200,
      },
    ],
    ['a request without a response yet', 'b2fe5448', { outcome: 'unknown', statusCode: null }],
    [
      'a refused request',
      '53d3c50f',
      {
        outcome: 'failure',
        reason:
          'secrets is forbidden: User "mallory" cannot list resource "secrets" in API group "" at the cluster scope',
      },
    ],
    ['a new CronJob', '5301d92f', { images: ['busybox'], statusCode: 201 }],
    [
      'an ephemeral container',
      '47e0484f',
      {
        images: ['busybox', 'nginx:1.27'],
        object: {
          ...{ type: 'pods', group: null, version: 'v1', subresource: 'ephemeralcontainers' },
          ...{ namespace: 'shop-1', name: 'web-7d876db474-5mfz4', id: null },
        },
      },
    ],
    ['a request about no resource', 'a6049f75', { object: null, outcome: 'failure' }],
    ['an allowed request that failed', '2c9a9b51', { outcome: 'failure', statusCode: 409 }],
  ])('reads %s', (_name, auditId, expected) => {
    expect(enriched('kubernetes', kubernetesLine(auditId))).toMatchObject(expected);
  });

  const container = 'registry.example.com/payments/api:2026.11.1';
  it.each<readonly [string, string, Partial<AuditEvent>]>([
    [
      'exec_create: /bin/sh',
      '1795313490476186607',
      {
        action: 'exec_create: /bin/sh -c cat /etc/shadow; id',
        images: [container],
        outcome: 'success',
      },
    ],
    ['exec_die', '1795313505645823056', { outcome: 'success', statusCode: 0 }],
    ['"die"', '1795313508759903777', { outcome: 'failure', statusCode: 137 }],
    ['unhealthy', '1795313510997343181', { outcome: 'failure', reason: 'unhealthy' }],
    ['"tag"', '1795313493002462284', { images: ['attacker/backdoor:latest'] }],
    ['volume', '1795312501424344545', { images: [] }],
    ['oom', '1795313504395747798', { outcome: 'failure', statusCode: null }],
    ['node', '1795312494970980328', { outcome: 'success' }],
  ])('reads the Docker event %s', (text, timeNano, expected) => {
    const line = linesOf('docker').find((candidate) => candidate.includes(text)) ?? '';
    const event = enriched('docker', line, Number(timeNano.slice(0, -3)));
    expect(event).toMatchObject({ ...expected, actor: { name: 'unknown' }, kubernetes: null });
    expect(event.docker?.timeNano).toBe(timeNano);
  });

  it('names a volume by its id', () => {
    const line = linesOf('docker').find((text) => text.includes('"volume"')) ?? '';
    expect(enriched('docker', line).object).toMatchObject({ type: 'volume', name: 'x1', id: 'x1' });
  });

  it.each([
    ['source-gap', 'failure'],
    ['source-resumed', 'success'],
    ['audit-id-reused', 'unknown'],
    ['of-a-newer-ingest', 'unknown'],
  ])('gives the whole event of the notice %s', (action, outcome) => {
    const body = JSON.stringify({
      ...{ action, time: '2026-11-22T01:55:02.491335Z' },
      subject: { type: 'docker-engine', name: '/run/docker.sock' },
      ...{ from: '2026-11-22T01:53:20.000001Z', message: 'Look.', details: { events: '256' } },
    });
    const event = enriched('auditstream', body);
    expect(event).toMatchObject({
      action,
      outcome,
      reason: 'Look.',
      actor: { name: 'auditstream' },
    });
    expect(event.object).toMatchObject({ type: 'docker-engine', name: '/run/docker.sock' });
    expect(event.notice).toEqual({
      ...{ from: 1_795_312_400_000_001, to: null, details: { events: '256' } },
    });
  });

  it('takes the last source address, whatever a client has put before it', () => {
    const forged = Array.from({ length: 100 }, (_, at) => `10.0.0.${at}`);
    const event = enriched('kubernetes', JSON.stringify({ sourceIPs: [...forged, '192.0.2.9'] }));
    expect(event.sourceAddress).toBe('192.0.2.9');
    expect(event.sourceAddresses).toHaveLength(32);
  });

  it("keeps the platform's annotations where there are too many", () => {
    const noise = Array.from({ length: 10_000 }, (_, at) => `a${at}.example.com/x`);
    const keys = [...noise, 'authorization.k8s.io/decision'];
    const annotations = Object.fromEntries(keys.map((name) => [name, 'forbid']));
    const body = JSON.stringify({ annotations });
    const { kubernetes, outcome } = enriched('kubernetes', body);
    expect(outcome).toBe('failure');
    expect(kubernetes?.annotations['authorization.k8s.io/decision']).toBe('forbid');
    expect(Object.keys(kubernetes?.annotations ?? {})).toHaveLength(64);
  });

  it.each([
    ['unreadable-body', 'kubernetes', '{"a":'],
    ['unreadable-body', 'docker', '[]'],
    ['unsupported-source', 'unknown', '{}'],
  ] as const)('rejects as %s', (code, source, body) => {
    expect(enrichRecord(recordOf(source, body), position)).toMatchObject({ rejection: { code } });
  });

  const names = [
    ...[
      'requestReceivedTimestamp',
      'user',
      'username',
      'uid',
      'groups',
      'objectRef',
      'resource',
      'verb',
      'annotations',
    ],
    ...['responseStatus', 'code', 'sourceIPs', 'requestObject', 'spec', 'containers', 'image'],
    ...['action', 'subject', 'name', 'type', 'message', 'from', 'to', 'details'],
    ...['Actor', 'Attributes', 'Action', 'Type', 'exitCode', 'timeNano', '__proto__', 'template'],
  ];
  const key = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, fc.string());
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom(
        'skipped-too-big-size-object',
        '9999-12-31T23:59:59Z',
        403,
        1e300,
        2 ** 40,
        '\ud800',
        null,
        true,
      ),
      fc.string(),
      fc.dictionary(key, tie('tree'), { maxKeys: 6 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));
  const anyObject = fc.dictionary(key, tree, { maxKeys: 12 });

  it.each(['kubernetes', 'docker', 'auditstream'] as const)(
    'gives an event that fits the schema, and twice the same, for any JSON object from %s',
    (source) => {
      fc.assert(
        fc.property(anyObject, (body) => {
          const [first, second] = [0, 1].map(() =>
            codec.encode(enriched(source, JSON.stringify(body))),
          );
          expect(first).toEqual(second);
        }),
        { numRuns: 500 },
      );
    },
  );
});
