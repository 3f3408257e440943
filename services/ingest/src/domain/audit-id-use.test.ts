import { describe, expect, it } from '@jest/globals';
import { membersOf } from '@auditstream/item/json-scan';
import { auditIdUse, type AuditIdUse } from './audit-id-use.ts';

const event = {
  auditID: 'a-1',
  verb: 'list',
  requestURI: '/apis/metrics.k8s.io/v1beta1/pods?limit=500&fieldSelector=a%3Db',
  user: { username: 'alice', groups: ['dev'] },
};

function use(changes: object = {}, cluster = 'production'): AuditIdUse {
  const bytes = Buffer.from(JSON.stringify({ ...event, ...changes }));
  const members = membersOf(bytes, 64);
  if (members === null) throw new Error('no object');
  return auditIdUse(cluster, { bytes, members });
}

describe('the audit id', () => {
  it('is told by cluster and id, in 16 characters', () => {
    expect(use().auditId).toHaveLength(16);
    expect(use({ auditID: 'x'.repeat(100_000) }).auditId).toHaveLength(16);
    expect(use({ verb: 'get' }).auditId).toBe(use().auditId);
    expect(use({ auditID: 'a-2' }).auditId).not.toBe(use().auditId);
    expect(use({}, 'staging').auditId).not.toBe(use().auditId);
  });
});

describe('the call', () => {
  it.each([
    ['the stage', { stage: 'ResponseComplete' }],
    ['groups and uid, which an aggregator may not pass on', { user: { username: 'alice' } }],
    [
      'the order of the query',
      { requestURI: '/apis/metrics.k8s.io/v1beta1/pods?fieldSelector=a=b&limit=500' },
    ],
    [
      'how the path is spelled',
      { requestURI: '/apis/metrics.k8s.io/v1beta1/%70ods?limit=500&fieldSelector=a%3Db' },
    ],
    [
      'who acts as the user',
      { user: { username: 'admin' }, impersonatedUser: { username: 'alice' } },
    ],
  ])('does not depend on %s', (_, changes) => {
    expect(use(changes).call).toBe(use().call);
  });

  it.each([
    ['the user', { user: { username: 'eve' } }],
    ['the user that somebody acts as', { impersonatedUser: { username: 'eve' } }],
    ['the verb', { verb: 'delete' }],
    ['the path', { requestURI: '/apis' }],
    ['the query', { requestURI: '/apis/metrics.k8s.io/v1beta1/pods?limit=5' }],
  ])('depends on %s', (_, changes) => {
    expect(use(changes).call).not.toBe(use().call);
  });

  it('is there for whatever a client sends as a URI', () => {
    for (const requestURI of ['', '/%', '/%ff?%ff', `/?${'a&'.repeat(100_000)}`, '?']) {
      expect(use({ requestURI }).call).toHaveLength(16);
    }
  });
});
