import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitEventList } from './event-list.ts';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { judgeItem, type Judgement, type Provenance } from './record.ts';

const sample = new URL('../../../../sample/', import.meta.url);
const kubernetes: Provenance = {
  source: 'kubernetes',
  cluster: 'sample',
  origin: 'live',
  delivery: 'webhook',
  exporter: null,
  receivedAt: 1_795_312_600_000,
  redaction: defaultPolicy,
};
const docker: Provenance = {
  ...kubernetes,
  source: 'docker',
  cluster: 'engine-1',
  delivery: 'engine',
};

/** The worked example of docs/ingest.md; the ids were computed with Python's hashlib and base64. */
const example = {
  level: '"Metadata"',
  auditID: '"a-1"',
  stage: '"ResponseComplete"',
  requestURI: '"/version"',
  verb: '"get"',
  user: '{"username":"alice"}',
  requestReceivedTimestamp: '"2026-11-22T01:55:02.487631Z"',
  stageTimestamp: '"2026-11-22T01:55:02.491335Z"',
};
const exampleId = '00361ku3v34cfd8qaidudg2fn7qgpnr05p2bm7o';
const exampleRequest = 'a15cnmkhd9a5eb5hp2fe1bj4fo';

type Members = Readonly<Record<string, string | undefined>>;

function event(changes: Members = {}, separator = ','): Buffer {
  const members: Members = { ...example, ...changes };
  const texts = Object.entries(members).flatMap(([key, value]) =>
    value === undefined ? [] : [`"${key}":${value}`],
  );
  return Buffer.from(`{${texts.join(separator)}}`);
}

function accept(item: Buffer, from: Provenance): Extract<Judgement, { type: 'accepted' }> {
  const judgement = judgeItem(item, from);
  if (judgement.type === 'rejected') throw new Error(judgement.rejection.message);
  if (judgement.type === 'dropped') throw new Error('The event was dropped.');
  return judgement;
}

const lines = (path: string): readonly Buffer[] =>
  readFileSync(new URL(path, sample), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line));

const webhookItems = readdirSync(new URL('kubernetes/webhook/', sample)).flatMap((name) => {
  const split = splitEventList(readFileSync(new URL(`kubernetes/webhook/${name}`, sample)));
  return split.ok ? split.items : [];
});
const logLines = lines('kubernetes/audit.log');

describe('identity', () => {
  it('is as published', () => {
    expect(accept(event(), kubernetes)).toEqual({
      type: 'accepted',
      key: `["sample","${exampleRequest}"]`,
      redacted: new Map(),
      reduced: null,
      auditIdUse: { auditId: '-jC-T31bBVEg5kFp', call: 'g1Y8AsBUWgH9dxjF' },
      record: {
        id: exampleId,
        requestId: exampleRequest,
        source: 'kubernetes',
        cluster: 'sample',
        origin: 'live',
        delivery: 'webhook',
        exporter: null,
        time: 1_795_312_502_491_335,
        receivedAt: 1_795_312_600_000,
        redactions: [],
        redacted: 0,
        truncatedBytes: 0,
        body: event(),
      },
    });
  });

  it.each([
    [
      'the members that the log file adds',
      event({ kind: '"Event"', apiVersion: '"audit.k8s.io/v1"' }),
    ],
    ['a key of them in escapes', event({ '\\u006bind': '"Event"' })],
    ['white space between members', event({}, ' ,\n\t')],
  ])('does not count %s', (_what, item) => {
    const { record } = accept(item, kubernetes);
    expect([record.id, record.requestId]).toEqual([exampleId, exampleRequest]);
    expect(record.body).toBe(item);
  });

  it.each([
    ['another cluster', event(), { ...kubernetes, cluster: 'sample2' }],
    ['another time', event({ stageTimestamp: '"2026-11-22T01:55:02.491336Z"' }), kubernetes],
    ['white space inside a value', event({ user: '{ "username":"alice"}' }), kubernetes],
    ['another spelling of a number', event({ n: '1.0' }), kubernetes],
    ['a member more', event({ annotations: '{}' }), kubernetes],
  ])('differs for %s', (_what, item, from) => {
    const ids = [example, { ...example, n: '1' }].map(
      (members) => accept(event(members), kubernetes).record.id,
    );
    expect(ids).not.toContain(accept(item, from).record.id);
  });

  it('of a Docker event is its own request', () => {
    const item = Buffer.from(
      '{"Type":"container","Action":"start","Actor":{"ID":"c1","Attributes":{"image":"busybox"}},"scope":"local","time":1795312462,"timeNano":1795312462763214451}',
    );
    const { record, key } = accept(item, docker);
    expect(record.id).toBe('00361ku1jaacslmvj730pct96qa5eipa9nm1rvg');
    expect(record.requestId).toBe(record.id);
    expect(record.time).toBe(1_795_312_462_763_214);
    expect(key).toBe('["engine-1","container","c1"]');
  });

  it('sorts by time', () => {
    const seconds = fc.integer({ min: 0, max: 8_000_000_000 });
    const idAt = (second: number): string => {
      const stageTimestamp = `"${new Date(second * 1000).toISOString()}"`;
      return accept(event({ stageTimestamp }), kubernetes).record.id;
    };
    fc.assert(
      fc.property(seconds, seconds, (a, b) => {
        expect(a < b).toBe(idAt(a) < idAt(b));
      }),
    );
  });
});

describe('the sample', () => {
  it('is accepted whole, each event under an id of its own', () => {
    const dockerLines = ['docker/api-1.41.jsonl', 'docker/api-1.56.jsonl'].flatMap(lines);
    const ids = [
      ...[...webhookItems, ...logLines].map((item) => accept(item, kubernetes).record.id),
      ...dockerLines.map((item) => accept(item, docker).record.id),
    ];
    expect(ids).toHaveLength(2090);
    expect(new Set(ids).size).toBe(2090);
  });

  it('has one id for an event, by webhook or by log file', () => {
    for (const item of webhookItems) {
      const line = Buffer.from(
        `{"kind":"Event","apiVersion":"audit.k8s.io/v1",${item.toString().slice(1)}`,
      );
      expect(accept(line, kubernetes).record.id).toBe(accept(item, kubernetes).record.id);
    }
  });

  it('has one request id for all stages of a request, and no other', () => {
    const requests = new Map<string, Set<string>>();
    for (const item of [...webhookItems, ...logLines]) {
      const { auditID } = JSON.parse(item.toString()) as { auditID: string };
      const { requestId } = accept(item, kubernetes).record;
      requests.set(auditID, (requests.get(auditID) ?? new Set()).add(requestId));
    }
    expect(requests.size).toBe(966);
    expect([...requests.values()].every((ids) => ids.size === 1)).toBe(true);
    expect(new Set([...requests.values()].flatMap((ids) => [...ids])).size).toBe(966);
  });
});

describe('a redacted event', () => {
  const uri = '"/api/v1/namespaces/shop/pods/web/exec?command=mysql&command=-phunter2"';
  const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete'].map((stage) =>
    event({ stage: `"${stage}"`, requestURI: uri }),
  );

  it('has the request id of the other stages, and what was taken out', () => {
    const records = stages.map((stage) => accept(stage, kubernetes).record);
    expect(new Set(records.map(({ requestId }) => requestId)).size).toBe(1);
    expect(new Set(records.map(({ id }) => id)).size).toBe(3);
    for (const { body, redactions, redacted } of records) {
      expect(body.toString()).toContain('command=mysql&command=-p[redacted]"');
      expect(redactions).toEqual([{ path: 'requestURI', kind: 'password', size: 7 }]);
      expect(redacted).toBe(1);
    }
  });

  it('has the ids of its redacted bytes', () => {
    for (const stage of stages) {
      const { record } = accept(stage, kubernetes);
      const again = accept(record.body, kubernetes).record;
      expect([again.id, again.requestId]).toEqual([record.id, record.requestId]);
    }
  });

  it('does not say what it was by its ids', () => {
    for (const stage of stages) {
      const other = Buffer.from(stage.toString().replace('hunter2', 'x'));
      expect(accept(other, kubernetes).record.id).toBe(accept(stage, kubernetes).record.id);
    }
  });
});

describe('the key', () => {
  it.each([
    [
      '{"apiGroup":"apps","resource":"deployments","namespace":"shop","name":"web"}',
      ['sample', 'apps', 'deployments', 'shop', 'web'],
    ],
    ['{"resource":"nodes","name":"node-1"}', ['sample', '', 'nodes', '', 'node-1']],
    ['{"resource":"pods","name":"a\\"]\\nb"}', ['sample', '', 'pods', '', 'a"]\nb']],
    ['{"resource":"pods","namespace":"shop"}', ['sample', undefined]],
    ['{"resource":"pods","name":""}', ['sample', undefined]],
    ['{"resource":"pods","name":7}', ['sample', undefined]],
    ['"pods"', ['sample', undefined]],
  ])('of an event about %s', (objectRef, parts) => {
    const { key, record } = accept(event({ objectRef }), kubernetes);
    expect(JSON.parse(key)).toEqual(parts.map((part) => part ?? record.requestId));
  });

  it('of a Docker event about nothing is the event', () => {
    const item = Buffer.from('{"Type":"builder","Action":"prune","Actor":{"ID":""},"timeNano":1}');
    const { key, record } = accept(item, docker);
    expect(JSON.parse(key)).toEqual(['engine-1', record.id]);
  });
});
