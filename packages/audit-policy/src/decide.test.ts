import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attributesOf, type EventMembers } from './attributes.ts';
import { decide } from './decide.ts';
import { parsePolicy } from './parse.ts';

function event(over: EventMembers = {}): EventMembers {
  return {
    user: { username: 'alice', groups: ['dev', 'system:authenticated'] },
    verb: 'get',
    requestURI: '/api/v1/namespaces/shop/pods/web/log?follow=true',
    objectRef: { resource: 'pods', subresource: 'log', namespace: 'shop', name: 'web' },
    ...over,
  };
}

const pathEvent = event({ requestURI: '/healthz/etcd?verbose', objectRef: undefined });
const unknownUser = event({ user: {} });
const coreEvent = (resources: string, more = ''): string =>
  `resources: [{group: "", resources: [${resources}]${more}}]`;

/** Levels that rules give; `None` where the rule does not fit. */
function levelOf(rule: string, what: EventMembers): string {
  const text = `{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Request, ${rule}}]}`;
  const attributes = attributesOf(what);
  if (attributes === null) throw new Error('The event has no attributes.');
  return decide(parsePolicy('p', text), attributes).level;
}

describe('a rule', () => {
  it.each([
    ['users: [alice]', event(), true],
    ['users: [bob]', event(), false],
    ['users: [alice]', unknownUser, false],
    ['userGroups: [ops, dev]', event(), true],
    ['userGroups: [ops]', event(), false],
    ['userGroups: [dev]', unknownUser, false],
    ['verbs: [list, get]', event(), true],
    ['verbs: [GET]', event(), false],
    ['users: [alice], verbs: [list]', event(), false],
    ['namespaces: [shop]', event(), true],
    ['namespaces: [""]', event(), false],
    ['namespaces: [shop]', pathEvent, false],
    ['resources: [{group: ""}]', event(), true],
    ['resources: [{group: "*"}]', event(), true],
    ['resources: [{group: apps}]', event(), false],
    [coreEvent('pods'), event(), false],
    [coreEvent('pods/log'), event(), true],
    [coreEvent('"pods/*"'), event(), true],
    [coreEvent('"*/log"'), event(), true],
    [coreEvent('"*/status"'), event(), false],
    [coreEvent('"*"'), event(), true],
    [coreEvent('pods/log', ', resourceNames: [web]'), event(), true],
    [coreEvent('pods/log', ', resourceNames: [api]'), event(), false],
    [
      coreEvent('"pods/*"'),
      event({ requestURI: '/api/v1/pods', objectRef: { resource: 'pods' } }),
      true,
    ],
    [coreEvent('"*/log"'), event({ objectRef: { resource: 'pods' } }), false],
    [coreEvent('pods'), pathEvent, false],
    ['nonResourceURLs: ["*"]', pathEvent, true],
    ['nonResourceURLs: ["*"]', event(), false],
    ['nonResourceURLs: [/healthz]', pathEvent, false],
    ['nonResourceURLs: [/healthz*]', pathEvent, true],
    ['nonResourceURLs: [/healthz/etcd]', pathEvent, true],
    [
      'nonResourceURLs: [/healthz/*]',
      event({ requestURI: '/healthz', objectRef: undefined }),
      false,
    ],
    ['verbs: []', event(), true],
  ])('%s', (rule, what, fits) => {
    expect(levelOf(rule, what)).toBe(fits ? 'Request' : 'None');
  });
});

describe('what a body claims', () => {
  it('is not the name or namespace of a request that has none', () => {
    const made = event({
      verb: 'create',
      requestURI: '/apis/rbac.authorization.k8s.io/v1/clusterroles?fieldManager=x',
      objectRef: {
        resource: 'clusterroles',
        apiGroup: 'rbac.authorization.k8s.io',
        namespace: 'kube-system',
        name: 'innocent',
      },
    });
    expect(levelOf('namespaces: [kube-system]', made)).toBe('None');
    const named = 'resources: [{group: "*", resources: [clusterroles], resourceNames: [innocent]}]';
    expect(levelOf(named, made)).toBe('None');
  });

  it.each([
    ['/api/v1/namespaces/shop/pods/web/log', 'shop', 'web'],
    ['/api/v1/namespaces/shop', 'shop', 'shop'],
    ['/api/v1/namespaces/shop/status', 'shop', 'shop'],
    ['/api/v1/namespaces/shop/pods', 'shop', ''],
    ['/api/v1/nodes/n%31', '', 'n1'],
    ['/api/v1/watch/namespaces/shop/pods/web', 'shop', 'web'],
    ['/apis/apps/v1/namespaces/shop/deployments/web/', 'shop', 'web'],
    ['/apis/apps/v1/deployments?limit=500', '', ''],
  ])('%s names namespace %j and object %j', (requestURI, namespace, name) => {
    const objectRef = { resource: 'x', namespace: 'claimed', name: 'claimed' };
    const attributes = attributesOf(event({ requestURI, objectRef }));
    expect(attributes?.target).toMatchObject({ namespace, name });
  });

  it('is passed over for the name that a list asks for in its query', () => {
    const requestURI = '/api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Dweb';
    const objectRef = { resource: 'pods', namespace: 'shop', name: 'web' };
    const attributes = attributesOf(event({ verb: 'list', requestURI, objectRef }));
    expect(attributes?.target).toMatchObject({ name: 'web' });
  });
});

describe('a policy', () => {
  const policy = parsePolicy(
    'p',
    `apiVersion: audit.k8s.io/v1
kind: Policy
omitManagedFields: true
omitStages: [RequestReceived]
rules:
  - { level: None, users: [robot] }
  - { level: Request, users: [alice], omitStages: [Panic, RequestReceived], omitManagedFields: false }
`,
  );
  const decided = (username: string) => {
    const attributes = attributesOf(event({ user: { username } }));
    return attributes && decide(policy, attributes);
  };

  it('is decided by the first rule that fits', () => {
    expect(decided('robot')).toMatchObject({ rule: 0, level: 'None', omitManagedFields: true });
    expect(decided('alice')).toEqual({
      rule: 1,
      level: 'Request',
      omitStages: ['RequestReceived', 'Panic'],
      omitManagedFields: false,
    });
  });

  it('records nothing where none fits', () => {
    expect(decided('bob')).toMatchObject({ rule: null, level: 'None' });
  });
});

describe('anything that is no event', () => {
  it('has no attributes, and nothing in it throws', () => {
    expect(attributesOf({ user: {}, verb: 'get' })).toBeNull();
    expect(attributesOf({ user: 'alice', verb: 'get', requestURI: '/' })).toBeNull();
    fc.assert(
      fc.property(fc.anything(), fc.string(), fc.anything(), (user, requestURI, objectRef) => {
        attributesOf({ user, verb: 'get', requestURI, objectRef });
      }),
    );
  });
});
