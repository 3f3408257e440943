/** The matcher of audit policies is held against the one that API servers have. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attributesOf, type EventMembers } from '@auditstream/audit-policy/attributes';
import { decide } from '@auditstream/audit-policy/decide';
import { parsePolicy } from '@auditstream/audit-policy/parse';
import { projectRoot } from '../../../cli/src/pipeline/folders.ts';
import { auditLogLines } from '../../support/audit-log.ts';
import { startKubeApiServer } from '../../support/kube-apiserver.ts';
import { objectsOf, rbac, type Step, strangeRequests } from '../../support/kube-steps.ts';

jest.setTimeout(300_000);

interface RecordedEvent extends EventMembers {
  readonly auditID: string;
  readonly level: string;
  readonly stage: string;
}

const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';
const everything = `${head}rules: [{ level: Metadata }]\n`;

/** Each has rules of another kind. */
const policies: Readonly<Record<string, string>> = {
  'of users and verbs': `${head}omitStages: [RequestReceived]
rules:
  - { level: None, users: [developer], verbs: [get] }
  - { level: Request, users: [developer] }
  - { level: None, userGroups: [system:unauthenticated] }
  - { level: RequestResponse, userGroups: [system:masters], verbs: [create, delete] }
  - { level: Metadata, userGroups: [system:masters], verbs: [patch], omitStages: [ResponseComplete] }
`,
  'of resources': `${head}rules:
  - level: None
    resources: [{ group: "", resources: [pods, "*/token"] }]
  - level: Request
    resources: [{ group: "", resources: ["pods/*"] }, { group: apps, resources: ["*/scale"] }]
  - level: None
    resources: [{ group: "*", resources: [deployments, roles, configmaps], resourceNames: [web-0, reader-0, settings-0] }]
  - { level: RequestResponse, resources: [{ group: rbac.authorization.k8s.io }, { group: apps }] }
  - { level: Metadata }
`,
  'of namespaces and paths': `${head}rules:
  - { level: None, nonResourceURLs: [/healthz*, /ver*] }
  - { level: None, namespaces: [matched], resources: [{ group: "", resources: ["*"] }] }
  - { level: Request, namespaces: [matched] }
  - { level: RequestResponse, namespaces: [""] }
`,
};

const namespace = 'matched';

function stepsIn(): readonly Step[] {
  const about = { metadata: { name: namespace } };
  const account = { metadata: { name: 'default' } };
  const claiming = { metadata: { name: 'claims', namespace: 'matched' }, rules: [] };
  const all = '/api/v1/namespaces';
  return [
    { method: 'POST', path: all, body: about },
    { method: 'POST', path: `${all}/${namespace}/serviceaccounts`, body: account },
    { method: 'POST', path: '/apis/rbac.authorization.k8s.io/v1/clusterroles', body: claiming },
    { method: 'GET', path: `${all}/${namespace}/pods?fieldSelector=metadata.name%3Dweb-0` },
    { method: 'GET', path: `${all}/${namespace}/%63onfigmaps/settings-0` },
    { method: 'GET', path: '/version?x=/healthz' },
    { method: 'GET', path: '/healthz/ping' },
    { method: 'GET', path: `${all}/${namespace}`, as: 'developer' },
    ...[0, 1].flatMap((round) => [
      ...objectsOf(namespace, round),
      ...rbac(namespace, round),
      ...strangeRequests(namespace, round),
    ]),
    { method: 'DELETE', path: `${all}/${namespace}/configmaps` },
    { method: 'DELETE', path: `${all}/${namespace}` },
  ];
}

/** What an API server of its own records of the steps; each step has its number for its audit id. */
async function recordsUnder(policy: string): Promise<readonly RecordedEvent[]> {
  const logFolder = await mkdtemp(join(tmpdir(), 'auditstream-policy-'));
  const policyFile = join(logFolder, 'policy.yaml');
  await writeFile(policyFile, policy);
  const server = await startKubeApiServer({ logFolder, policyFile });
  try {
    for (const [at, { as = 'admin', ...what }] of stepsIn().entries()) {
      const headers = { ...what.headers, 'audit-id': `step-${at}` };
      const client = server.clientOf(as);
      await client.send({ ...what, headers });
    }
  } finally {
    await server.stop();
  }
  const lines = await auditLogLines(logFolder);
  await rm(logFolder, { recursive: true });
  return lines
    .map((line) => JSON.parse(line) as RecordedEvent)
    .filter(({ auditID }) => auditID.startsWith('step-'));
}

/** One event as one line: which step, which stage, how much of it. */
function lineOf({ auditID, stage }: RecordedEvent, level: string): string {
  return `${auditID} ${stage} ${level}`;
}

function expected(policy: string, events: readonly RecordedEvent[]): readonly string[] {
  const parsed = parsePolicy('policy.yaml', policy);
  return events.flatMap((event) => {
    const attributes = attributesOf(event);
    if (attributes === null) throw new Error(`${event.auditID} has no attributes.`);
    const { level, omitStages } = decide(parsed, attributes);
    const isOmitted = omitStages.some((stage) => stage === event.stage);
    return level === 'None' || isOmitted ? [] : [lineOf(event, level)];
  });
}

describe('a real API server', () => {
  let all: readonly RecordedEvent[];

  beforeAll(async () => {
    all = await recordsUnder(everything);
  });

  it('records every step where its policy says so', () => {
    expect(new Set(all.map(({ auditID }) => auditID)).size).toBe(stepsIn().length);
  });

  it.each(Object.entries(policies))('records by a policy %s what we say', async (_name, policy) => {
    const recorded = await recordsUnder(policy);
    expect(recorded.map((event) => lineOf(event, event.level)).sort()).toEqual(
      [...expected(policy, all)].sort(),
    );
  });

  it('loads the policy that is shipped, and records by it what we say', async () => {
    const policy = await readFile(join(projectRoot, 'infra/kubernetes/audit-policy.yaml'), 'utf8');
    const recorded = await recordsUnder(policy);
    expect(recorded.map((event) => lineOf(event, event.level)).sort()).toEqual(
      [...expected(policy, all)].sort(),
    );
  });

  afterAll(() => {
    all = [];
  });
});
