import { expect, it } from '@jest/globals';
import { sampleDetection } from '../samples.ts';
import { detectionWrite } from './detection-document.ts';

it('gives an ECS alert in the month of its bucket, with its revision as version', () => {
  const appendedAt = 1_795_312_611_000;
  expect(detectionWrite({ ...sampleDetection, appendedAt })).toEqual({
    type: 'upsert',
    index: 'audit-detections-2026.11',
    id: 'detection-1',
    version: 3,
    document: {
      '@timestamp': '2026-11-22T01:56:49.089Z',
      ecs: { version: '8.17.0' },
      message: 'alice listed secrets in shop.',
      event: {
        ...{ id: 'detection-1', kind: 'alert', module: 'auditstream' },
        ...{ dataset: 'auditstream.detections', action: 'list', outcome: 'success', severity: 73 },
        ...{ start: '2026-11-22T01:56:49.089Z', end: '2026-11-22T01:56:49.089Z' },
        ingested: '2026-11-22T01:56:51.000Z',
      },
      rule: { id: 'rule-1', name: 'Secrets listed', version: '2' },
      tags: ['attack.t1552.007', 'attack.credential-access', 'cve.2020-1'],
      threat: { technique: { id: ['T1552.007'] }, tactic: { name: ['credential-access'] } },
      user: { name: 'alice', effective: { name: 'root' } },
      source: { ip: '192.0.2.9' },
      related: { user: ['alice', 'root'], ip: '192.0.2.9' },
      orchestrator: {
        cluster: { name: 'sample' },
        namespace: 'shop',
        resource: { type: 'secrets' },
      },
      auditstream: {
        ...{ cluster: 'sample', source: 'kubernetes', origin: 'live' },
        detection: {
          ...{ revision: 3, state: 'closed', kind: 'rule', mode: 'enforce', level: 'high' },
          ...{ dedup_key: 'dedup-1', requests: 1, event_ids: ['event-1'], matched: ['verb=list'] },
          ...{ false_positives: ['Administrators'], bucket_time: '2026-11-22T01:56:49.089Z' },
        },
      },
    },
  });
});
