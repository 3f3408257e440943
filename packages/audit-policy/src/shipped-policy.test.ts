import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attributesOf, type EventMembers, type RequestAttributes } from './attributes.ts';
import { decide } from './decide.ts';
import { parsePolicy } from './parse.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const policy = parsePolicy('audit-policy.yaml', read('infra/kubernetes/audit-policy.yaml'));
const drops = policy.rules.filter(({ level }) => level === 'None');

type SampleEvent = EventMembers & { readonly stage: string; readonly user: { username?: string } };

const folder = 'sample/kubernetes/webhook';
const sample: readonly SampleEvent[] = [
  ...read('sample/kubernetes/audit.log').trim().split('\n').map(parse),
  ...readdirSync(join(root, folder)).flatMap(
    (name) => (JSON.parse(read(join(folder, name))) as { items: SampleEvent[] }).items,
  ),
].filter(({ stage }) => stage !== 'RequestReceived');

function parse(line: string): SampleEvent {
  return JSON.parse(line) as SampleEvent;
}

function decided(attributes: RequestAttributes | null): ReturnType<typeof decide> {
  if (attributes === null) throw new Error('An event has no attributes.');
  return decide(policy, attributes);
}

describe('the audit policy that is shipped', () => {
  it('decides every request: its last rule fits all', () => {
    expect(policy.rules.at(-1)).toMatchObject({ level: 'Metadata', users: [], verbs: [] });
    expect(sample.filter((event) => decided(attributesOf(event)).rule === null)).toEqual([]);
  });

  it('gives a reason for every rule', () => {
    const silent = policy.rules.filter(({ reason }) => reason === '');
    expect(silent.map(({ line }) => line)).toEqual([]);
  });

  it('binds each drop to users, verbs and resources together', () => {
    expect(drops.length).toBeGreaterThan(0);
    for (const { users, userGroups, verbs, resources, nonResourceURLs, line } of drops) {
      const bound = {
        users: users.length + userGroups.length > 0,
        verbs: verbs.length > 0,
        what: resources.length + nonResourceURLs.length > 0,
      };
      expect({ line, ...bound }).toEqual({ line, users: true, verbs: true, what: true });
      expect(resources.filter((some) => some.resources.length === 0)).toEqual([]);
      expect(resources.some(({ group }) => group === '*')).toBe(false);
    }
  });

  it('drops nothing that people do, whatever they do', () => {
    const names = fc.constantFrom('alice', 'kubernetes-admin', 'system:serviceaccount:shop:robot');
    const words = fc.constantFrom('', 'events', 'leases', 'pods', 'nodes', 'status', 'secrets');
    const verbs = fc.constantFrom('get', 'list', 'watch', 'create', 'update', 'patch', 'delete');
    const groups = fc.constantFrom('', 'apps', 'coordination.k8s.io', 'metrics.k8s.io');
    const target = { group: groups, resource: words, subresource: words, namespace: words };
    fc.assert(
      fc.property(names, verbs, fc.record(target), (name, verb, what) => {
        const user = { name, groups: ['system:masters', 'system:authenticated'] };
        const where = { type: 'resource', ...what, name: 'x' } as const;
        expect(decide(policy, { user, verb, target: where }).level).not.toBe('None');
      }),
    );
  });

  it.each([
    ['secrets', '', ''],
    ['configmaps', '', ''],
    ['serviceaccounts', 'token', ''],
    ['tokenreviews', '', 'authentication.k8s.io'],
  ])('records %s %s without bodies, and never drops them', (resource, subresource, group) => {
    const everybody = drops.flatMap(({ users }) => users);
    const groups = drops.flatMap(({ userGroups }) => userGroups);
    for (const name of ['alice', ...everybody]) {
      for (const verb of ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']) {
        const target = { group, resource, subresource, namespace: 'kube-system', name: 'x' };
        const request = { user: { name, groups }, verb, target: { type: 'resource', ...target } };
        expect(decide(policy, request as RequestAttributes).level).toBe('Metadata');
      }
    }
  });

  it.each([
    ['rbac.authorization.k8s.io', 'clusterrolebindings', 'create'],
    ['', 'pods', 'create'],
    ['', 'pods/ephemeralcontainers', 'patch'],
    ['apps', 'deployments', 'update'],
    ['batch', 'cronjobs', 'patch'],
    ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'create'],
    ['apiregistration.k8s.io', 'apiservices', 'create'],
  ])('has what was asked and what came of it for %s %s %s', (group, whole, verb) => {
    const [resource = '', subresource = ''] = whole.split('/');
    const target = { type: 'resource', group, resource, subresource, namespace: '', name: '' };
    const request = { user: { name: 'alice', groups: [] }, verb, target };
    expect(decide(policy, request as RequestAttributes).level).toBe('RequestResponse');
  });

  it('drops of the sample only what components do all day', () => {
    const dropped = sample.filter((event) => decided(attributesOf(event)).level === 'None');
    const users = new Set(dropped.map(({ user }) => user.username ?? ''));
    expect(
      [...users].filter((name) => !/^system:(?!serviceaccount:(?!kube-system:))/.test(name)),
    ).toEqual([]);
    expect(dropped).toHaveLength(63);
  });
});
