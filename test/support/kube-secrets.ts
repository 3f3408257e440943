/** Requests that carry secrets to a real API server, in every place where they occur. */
import { type PlantedSecret } from '@auditstream/item/testing/planted';
import { type Step } from './kube-steps.ts';

const patches = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export const namespace = 'vault';
const core = `/api/v1/namespaces/${namespace}`;
const databases = `/apis/shop.example/v1/namespaces/${namespace}/databases`;
const image = 'registry.example/worker:1';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** What has to be there before anything is planted: a namespace, and a kind of object of its own. */
export function* ground(): Generator<Step> {
  yield { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } };
  yield {
    method: 'POST',
    path: `${core}/serviceaccounts`,
    body: { metadata: { name: 'default' } },
  };
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } };
  const names = { plural: 'databases', singular: 'database', kind: 'Database' };
  const spec = { group: 'shop.example', scope: 'Namespaced', names, versions: [version] };
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  yield { method: 'POST', path, body: { metadata: { name: 'databases.shop.example' }, spec } };
}

/** Asks for a token that the server makes itself, and for everything that has been planted. */
export const tokenRequest: Step = {
  method: 'POST',
  path: `${core}/serviceaccounts/default/token`,
  body: { spec: { expirationSeconds: 600 } },
};

export const customResourceIsServed: Step = { method: 'GET', path: databases };

/** The places of one secret; `at` tells its objects from those of others. */
export function* plantings(secret: PlantedSecret, at: number): Generator<Step> {
  yield* inSecret(secret.value, `s-${at}`);
  yield* inConfigMap(secret.value, `c-${at}`);
  yield* inWorkloads(secret.value, `w-${at}`);
  yield* inOthers(secret.value, `o-${at}`);
  if (secret.shows) yield* whereItShows(secret.value, `v-${at}`);
}

/** What tells all of it again. */
export function* readings(): Generator<Step> {
  for (const resource of ['secrets', 'configmaps', 'pods']) {
    yield { method: 'GET', path: `${core}/${resource}` };
    yield { method: 'GET', path: `${core}/${resource}?watch=true&timeoutSeconds=1` };
  }
  yield { method: 'GET', path: databases };
  yield { method: 'DELETE', path: `${core}/secrets` };
  yield { method: 'DELETE', path: `${core}/configmaps` };
}

function* inSecret(value: string, name: string): Generator<Step> {
  const all = `${core}/secrets`;
  const data = { key: Buffer.from(value).toString('base64') };
  yield { method: 'POST', path: all, body: { metadata: { name }, stringData: { key: value } } };
  yield { method: 'PUT', path: `${all}/${name}`, body: { metadata: { name }, data } };
  yield { method: 'GET', path: `${all}/${name}` };
  const merge = { stringData: { more: value } };
  yield { method: 'PATCH', path: `${all}/${name}`, body: merge, contentType: patches.merge };
  const operations = [{ op: 'add', path: '/data/last', value: data.key }];
  yield { method: 'PATCH', path: `${all}/${name}`, body: operations, contentType: patches.json };
  const applied = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data };
  const path = `${all}/${name}?fieldManager=pipeline&force=true`;
  yield { method: 'PATCH', path, body: applied, contentType: patches.apply };
}

function* inConfigMap(value: string, name: string): Generator<Step> {
  const all = `${core}/configmaps`;
  const binaryData = { more: Buffer.from(value).toString('base64') };
  const body = { metadata: { name }, data: { key: value }, binaryData };
  yield { method: 'POST', path: all, body };
  const copy = JSON.stringify(body);
  const metadata = { name, annotations: { [lastApplied]: copy } };
  yield { method: 'PUT', path: `${all}/${name}`, body: { metadata, data: { key: value } } };
  yield { method: 'GET', path: `${all}/${name}` };
}

function* inWorkloads(value: string, name: string): Generator<Step> {
  const env = [{ name: 'SETTING', value }];
  const command = ['/bin/tool', `--password=${value}`, '--token', value];
  const spec = { containers: [{ name: 'main', image, env, command }] };
  yield { method: 'POST', path: `${core}/pods`, body: { metadata: { name }, spec } };
  yield { method: 'GET', path: `${core}/pods/${name}` };
  const labels = { app: name };
  const deployment = {
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  const all = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  yield { method: 'POST', path: all, body: deployment };
  const query = ['/bin/tool', `--password=${value}`].map(
    (word) => `command=${encodeURIComponent(word)}`,
  );
  const exec = `${core}/pods/${name}/exec?${query.join('&')}&container=main&stdout=true`;
  yield { method: 'POST', path: exec };
  yield { method: 'GET', path: exec };
}

function* inOthers(value: string, name: string): Generator<Step> {
  const review = { spec: { token: value } };
  yield { method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: review };
  const body = {
    apiVersion: 'shop.example/v1',
    kind: 'Database',
    metadata: { name },
    spec: { users: [{ name: 'app', adminPassword: value }] },
  };
  yield { method: 'POST', path: databases, body };
  yield { method: 'GET', path: `/version?access_token=${encodeURIComponent(value)}` };
}

function* whereItShows(value: string, name: string): Generator<Step> {
  const annotations = { note: `see ${value}` };
  const spec = { containers: [{ name: 'main', image, args: ['run', value] }] };
  yield { method: 'POST', path: `${core}/pods`, body: { metadata: { name, annotations }, spec } };
  const word = encodeURIComponent(`echo ${value}`);
  yield { method: 'POST', path: `${core}/pods/${name}/exec?command=sh&command=-c&command=${word}` };
  // The server's answer says what is wrong with the name, and quotes it.
  yield { method: 'POST', path: `${core}/configmaps`, body: { metadata: { name: value } } };
  if (!/[^\x20-\x7e]/.test(value)) {
    const headers = { 'user-agent': `tool ${value}` };
    yield { method: 'GET', path: '/version', headers };
    const as = { 'impersonate-user': 'jane', 'impersonate-extra-note': value };
    yield { method: 'GET', path: '/version', headers: as };
  }
}
