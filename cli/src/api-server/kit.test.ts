import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { projectRoot } from '../pipeline/folders.ts';
import { apiServerFlags, apiServerPaths } from './flags.ts';
import { type ApiServerCredential, kitFiles } from './kit.ts';
import { sizeFor } from './sizing.ts';

const shipped = (name: string): string =>
  readFileSync(join(projectRoot, 'infra', 'kubernetes', name), 'utf8');
const flags = apiServerFlags(sizeFor(100));
const token = { type: 'token', token: 't'.repeat(43) } as const;

function kit(credential: ApiServerCredential = token, ca: string | null = 'PEM\n') {
  return kitFiles({
    cluster: 'production',
    url: 'https://audit.example.com:8080/',
    ca,
    credential,
    flags,
    policy: shipped('audit-policy.yaml'),
    kubeconfigTemplate: shipped('webhook-kubeconfig.yaml'),
  });
}

describe('the files for an API server', () => {
  it('have the token in the kubeconfig and nowhere else', () => {
    const files = [...kit()].filter(([, text]) => text.includes(token.token));
    expect(files.map(([name]) => name)).toEqual(['webhook-kubeconfig.yaml']);
  });

  it('have an address that ends in the cluster, and what signed its certificate', () => {
    expect(parse(kit().get('webhook-kubeconfig.yaml') ?? '')).toMatchObject({
      clusters: [
        {
          cluster: {
            server: 'https://audit.example.com:8080/v1/kubernetes/production/audit',
            'certificate-authority-data': Buffer.from('PEM\n').toString('base64'),
          },
        },
      ],
      users: [{ user: { token: token.token } }],
      'current-context': 'auditstream',
    });
    const known = parse(kit(token, null).get('webhook-kubeconfig.yaml') ?? '') as object;
    expect(JSON.stringify(known)).not.toContain('certificate-authority');
  });

  it('have a certificate instead of a token where that was asked for', () => {
    const credential = { type: 'certificate', certificate: 'C', key: 'K' } as const;
    const { users } = parse(kit(credential).get('webhook-kubeconfig.yaml') ?? '') as {
      users: { user: object }[];
    };
    expect(users[0]?.user).toEqual({
      'client-certificate-data': 'Qw==',
      'client-key-data': 'Sw==',
    });
  });

  it('have every flag, once, to paste and as a patch', () => {
    const lines = (kit().get('flags.txt') ?? '').trim().split('\n');
    expect(lines).toEqual(flags.map(({ name, value }) => `${name}=${value}`));
    expect(new Set(flags.map(({ name }) => name)).size).toBe(flags.length);
    const patch = parse(kit().get('kube-apiserver0+json.yaml') ?? '') as {
      op: string;
      path: string;
      value: unknown;
    }[];
    const at = (path: string) =>
      patch.filter((some) => some.path === path).map(({ value }) => value);
    expect(patch.every(({ op }) => op === 'add')).toBe(true);
    expect(at('/spec/containers/0/command/-')).toEqual(lines);
    expect(at('/spec/containers/0/volumeMounts/-')).toEqual([
      { name: 'audit', mountPath: apiServerPaths.folder, readOnly: true },
      { name: 'audit-log', mountPath: apiServerPaths.logFolder, readOnly: false },
    ]);
    expect(at('/spec/volumes/-')).toHaveLength(2);
  });
});
