/** The single requests of the workload. No secret stands in a body that the audit policy records. */
import { type KubeUser } from './kube-apiserver.ts';
import { type KubeRequest } from './kube-client.ts';

export interface Step extends KubeRequest {
  /** admin where it is not given. */
  readonly as?: KubeUser;
}

const patches = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Something large now and then: in three namespaces, another kind of object in each of the first rounds. */
function isLarge(namespace: string, round: number, kind: 0 | 1 | 2): boolean {
  return /-[0-2]$/.test(namespace) && round === kind;
}

/** Numbers above 2^53, a repeated key and escapes: what a parser that writes again would change. */
const oddPatch =
  '{"metadata":{"annotations":{"big":"\\u0061 < & > \\u2028 ü 😀","big":"again"}},' +
  '"spec":{"terminationGracePeriodSeconds":null,"x-large":12345678901234567890,"x-float":1.0e2}}';

export function* objectsOf(namespace: string, round: number): Generator<Step> {
  yield* configMap(namespace, round);
  yield* secret(namespace, round);
  yield* pod(namespace, round);
  yield* deployment(namespace, round);
}

function* configMap(namespace: string, round: number): Generator<Step> {
  const all = `/api/v1/namespaces/${namespace}/configmaps`;
  const name = `settings-${round}`;
  const path = `${all}/${name}`;
  const text = isLarge(namespace, round, 0) ? 'x'.repeat(900_000) : 'quiet';
  const body = { metadata: { name }, data: { mode: text } };
  yield { method: 'POST', path: all, body };
  yield { method: 'POST', path: all, body };
  yield { method: 'GET', path };
  yield { method: 'PUT', path, body: { metadata: { name }, data: { mode: 'loud' } } };
  yield { method: 'PUT', path, body: { metadata: { name, resourceVersion: '1' }, data: {} } };
  const merge = { data: { more: String(round) } };
  yield { method: 'PATCH', path, body: merge, contentType: patches.merge };
  yield { method: 'GET', path: `${all}?limit=5&labelSelector=team%3Dpayments` };
}

function* secret(namespace: string, round: number): Generator<Step> {
  const all = `/api/v1/namespaces/${namespace}/secrets`;
  const path = `${all}/access-${round}`;
  const body = { metadata: { name: `access-${round}` }, stringData: { password: `p-${round}` } };
  yield { method: 'POST', path: all, body };
  yield { method: 'GET', path };
  yield { method: 'GET', path, as: 'developer' };
  yield { method: 'DELETE', path };
  yield { method: 'GET', path };
}

function* pod(namespace: string, round: number): Generator<Step> {
  const all = `/api/v1/namespaces/${namespace}/pods`;
  const path = `${all}/worker-${round}`;
  const note = isLarge(namespace, round, 1) ? '\u00fc'.repeat(100_000) : 'a <b> & c';
  const spec = { containers: [{ name: 'main', image: 'registry.example/worker:1' }] };
  const metadata = { name: `worker-${round}`, annotations: { note } };
  yield { method: 'POST', path: all, body: { metadata, spec } };
  const operations = [
    { op: 'test', path: '/metadata/name', value: `worker-${round}` },
    { op: 'add', path: '/metadata/labels', value: { tier: 'back' } },
  ];
  yield { method: 'PATCH', path, body: operations, contentType: patches.json };
  yield { method: 'PATCH', path, body: oddPatch, contentType: patches.merge };
  yield { method: 'GET', path: `${path}/log?follow=false` };
  yield { method: 'POST', path: `${path}/exec?command=id&container=main&stdout=true` };
  yield { method: 'DELETE', path, body: { gracePeriodSeconds: 0 } };
  yield { method: 'DELETE', path };
}

function* deployment(namespace: string, round: number): Generator<Step> {
  const all = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const path = `${all}/web-${round}`;
  const labels = { app: `web-${round}` };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'web', image: 'registry.example/web:2' }] },
  };
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `web-${round}` },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
  const apply = `${path}?fieldManager=pipeline&force=true`;
  yield { method: 'PATCH', path: apply, body, contentType: patches.apply };
  const scale = { spec: { replicas: 3 } };
  yield { method: 'PATCH', path: `${path}/scale`, body: scale, contentType: patches.merge };
  yield { method: 'PATCH', path, body: scale, contentType: patches.strategic };
  yield { method: 'DELETE', path: `${path}?propagationPolicy=Orphan` };
}

/** What is granted is recorded with its answer, so these are the largest events there are. */
export function* rbac(namespace: string, round: number): Generator<Step> {
  const all = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`;
  const path = `${all}/reader-${round}`;
  const few = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }];
  const many = Array.from({ length: 9_000 }, (_, at) => ({
    ...{ apiGroups: ['shop.example'], resources: ['orders'], verbs: ['get'] },
    resourceNames: [`order-${at}`],
  }));
  const rules = isLarge(namespace, round, 2) ? many : few;
  yield { method: 'POST', path: all, body: { metadata: { name: `reader-${round}` }, rules } };
  const operations = [{ op: 'add', path: '/rules/-', value: few[0] }];
  yield { method: 'PATCH', path, body: operations, contentType: patches.json };
  yield { method: 'POST', path: all, body: { metadata: { name: 'owner' } }, as: 'developer' };
  yield { method: 'DELETE', path };
}

export function* strangeRequests(namespace: string, round: number): Generator<Step> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  yield { method: 'GET', path: '/api/v1/nodes', as: 'anonymous' };
  yield { method: 'GET', path: pods, as: 'stranger' };
  yield { method: 'GET', path: '/apis/unknown.example/v1/things' };
  yield { method: 'POST', path: pods, body: '{"metadata":' };
  yield { method: 'POST', path: pods, body: { metadata: { name: 'NOT VALID' }, spec: {} } };
  yield { method: 'GET', path: '/version', headers: { 'user-agent': 'curl/8 "quoted" \\ \t' } };
  yield { method: 'GET', path: pods, headers: { 'impersonate-user': 'jane@example.com' } };
  yield { method: 'GET', path: pods, headers: { 'audit-id': `chosen-${namespace}-${round}` } };
  yield { method: 'GET', path: '/healthz' };
  const review = { spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace } } };
  const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  yield { method: 'POST', path: reviews, body: review, as: 'developer' };
  const token = `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`;
  yield { method: 'POST', path: token, body: { spec: { expirationSeconds: 600 } } };
}

/** Each makes two events: one when it begins and one when it ends. */
export function watches(namespace: string): readonly Step[] {
  return ['pods', 'configmaps', 'events'].map((resource) => ({
    method: 'GET',
    path: `/api/v1/namespaces/${namespace}/${resource}?watch=true&timeoutSeconds=1`,
  }));
}
