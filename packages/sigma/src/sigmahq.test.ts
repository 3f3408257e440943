import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { compileRule, namesField, type CompiledRule } from './compile.ts';
import { dockerEvents, kubernetesAudit, logsourceMatches } from './logsource.ts';
import { parseRule } from './parse.ts';

interface PackEntry {
  readonly file: string;
  readonly publish: boolean;
  readonly reason?: string;
}

const folder = new URL('../../../rules/sigmahq/', import.meta.url);
const pack = parse(readFileSync(new URL('pack.yaml', folder), 'utf8')) as {
  readonly rules: readonly PackEntry[];
};
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.yml'))
  .sort();

function load(file: string): CompiledRule {
  return compileRule(parseRule(readFileSync(new URL(file, folder), 'utf8')));
}

/** What an API server writes of a request, cut to what the rules look at. */
function request(verb: string, object: object, code = 200): object {
  const annotations = { 'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow' };
  return {
    kind: 'Event',
    stage: 'ResponseComplete',
    verb,
    objectRef: object,
    responseStatus: { code },
    annotations,
  };
}

const admission = {
  apiGroup: 'admissionregistration.k8s.io',
  resource: 'validatingwebhookconfigurations',
};
const binding = { apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' };
const reviews = { apiGroup: 'authorization.k8s.io', resource: 'selfsubjectrulesreviews' };
const pod = { resource: 'pods', namespace: 'kube-system', name: 'a' };
const hostPathPod = {
  ...request('create', pod),
  requestObject: {
    spec: {
      volumes: [{ hostPath: { path: '/' } }],
      containers: [{ securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }],
    },
  },
};
const exec = {
  ...request('create', { resource: 'pods', subresource: 'exec' }, 101),
  requestURI: '/api/v1/namespaces/a/pods/b/exec?command=/bin/bash',
};

describe('the SigmaHQ pack', () => {
  it('lists each of its 16 rules once, and says why five are not published', () => {
    expect(pack.rules.map(({ file }) => file)).toEqual(files);
    expect(files).toHaveLength(16);
    const held = pack.rules.filter(({ publish }) => !publish);
    expect(held).toHaveLength(5);
    expect(held.every(({ reason }) => reason !== undefined && reason !== '')).toBe(true);
  });

  it.each(files)('%s is a rule for Kubernetes requests, with an author', (file) => {
    const { rule, logsource } = load(file);
    expect(logsourceMatches(logsource, kubernetesAudit)).toBe(true);
    expect(logsourceMatches(logsource, dockerEvents)).toBe(false);
    expect(namesField(rule, 'stage')).toBe(false);
    expect([rule.id, rule.author].every((text) => text !== undefined)).toBe(true);
  });

  it.each([
    ['change_admission_controller', request('patch', admission), request('get', admission)],
    [
      'cronjob_modification',
      request('create', { apiGroup: 'batch', resource: 'jobs' }),
      request('create', { apiGroup: 'apps', resource: 'jobs' }),
    ],
    [
      'deployment_deleted',
      request('delete', { apiGroup: 'apps', resource: 'deployments' }),
      request('delete', { apiGroup: 'apps', resource: 'daemonsets' }),
    ],
    [
      'events_deleted',
      request('delete', { resource: 'events' }),
      request('deletecollection', { resource: 'events' }),
    ],
    ['exec_into_container', exec, request('create', { resource: 'pods', subresource: 'attach' })],
    ['pod_in_system_namespace', request('create', pod), request('create', { resource: 'pods' })],
    ['rolebinding_modification', request('create', binding), request('list', binding)],
    [
      'secrets_enumeration',
      request('list', { resource: 'secrets' }),
      request('get', { resource: 'secrets' }),
    ],
    [
      'secrets_modified_or_deleted',
      request('update', { resource: 'secrets' }),
      request('list', { resource: 'secrets' }),
    ],
    [
      'serviceaccount_creation',
      request('create', { resource: 'serviceaccounts' }),
      request('delete', { resource: 'serviceaccounts' }),
    ],
    ['unauthorized_unauthenticated_actions', request('get', pod, 403), request('get', pod, 404)],
  ])('%s fires on its kind of request only', (name, hit, miss) => {
    const rule = load(`kubernetes_audit_${name}.yml`);
    expect(rule.matches(hit)?.fields).not.toHaveLength(0);
    expect(rule.matches(miss)).toBeUndefined();
  });

  it.each([
    ['hostpath_mount', hostPathPod],
    ['privileged_pod_creation', hostPathPod],
    ['rbac_permisions_listing', request('create', reviews, 201)],
    ['sidecar_injection', request('patch', { apiGroup: 'apps', resource: 'deployments' })],
    ['potential_enumeration_activity', exec],
  ])('%s, which is held back, misses what it is meant for', (name, event) => {
    const file = `kubernetes_audit_${name}.yml`;
    expect(load(file).matches(event)).toBeUndefined();
    expect(pack.rules.find((entry) => entry.file === file)?.publish).toBe(false);
  });
});
