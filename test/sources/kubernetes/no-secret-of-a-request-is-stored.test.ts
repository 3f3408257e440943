import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plantedSecrets } from '@auditstream/item/testing/planted';
import { auditLogLines } from '../../support/audit-log.ts';
import { type KubeApiServer, startKubeApiServer } from '../../support/kube-apiserver.ts';
import {
  customResourceIsServed,
  ground,
  plantings,
  readings,
  tokenRequest,
} from '../../support/kube-secrets.ts';
import { type Step } from '../../support/kube-steps.ts';
import { type TestPipeline, startTestPipeline } from '../../support/pipeline.ts';
import { leakIn, leaksAnywhere, needlesOf, plantedNeedles } from '../../support/planted-search.ts';
import { waitForDocuments } from '../../support/same-events.ts';
import { waitFor } from '../../support/wait-for.ts';

jest.setTimeout(600_000);

const cluster = 'api-secrets';
/** Everything that an API server can be told to record, secrets and all. */
const everything = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [{ level: 'RequestResponse' }],
};

describe('a real API server that records every body', () => {
  let folder: string;
  let server: KubeApiServer;
  let pipeline: TestPipeline;
  let issued: string;

  const send = async (steps: Iterable<Step>): Promise<void> => {
    const admin = server.clientOf('admin');
    for (const step of steps) await admin.send(step);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auditstream-secrets-'));
    const policyFile = join(folder, 'policy.json');
    await writeFile(policyFile, JSON.stringify(everything));
    server = await startKubeApiServer({ logFolder: folder, policyFile });
    const sources = [{ kind: 'kubernetes-log', cluster, files: [join(folder, 'audit.log')] }];
    pipeline = await startTestPipeline({
      writeSources: ({ sourcesFile }) => writeFile(sourcesFile, JSON.stringify({ sources })),
      env: { AUDITSTREAM_LOG_LEVEL: 'debug' },
    });
    await send(ground());
    const admin = server.clientOf('admin');
    await waitFor('the custom resource to be served', async () =>
      (await admin.send(customResourceIsServed)).status === 200 ? true : undefined,
    );
    const answer = JSON.parse((await admin.send(tokenRequest)).body) as {
      readonly status: { readonly token: string };
    };
    issued = answer.status.token.split('.')[2] ?? '';
    for (const [at, secret] of plantedSecrets.entries()) await send(plantings(secret, at));
    await send(readings());
  });

  afterAll(async () => {
    await server.stop();
    await pipeline.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('records each of them', async () => {
    const log = (await auditLogLines(folder)).join('\n');
    const unseen = plantedSecrets.filter(
      ({ core }) => leakIn(log, needlesOf([core])) === undefined,
    );
    expect(unseen).toEqual([]);
    expect(issued.length).toBeGreaterThan(100);
    expect(log).toContain(issued);
  });

  it('has none of them in Kafka, in files of the services or in OpenSearch', async () => {
    const recorded = (await auditLogLines(folder)).length;
    await waitForDocuments(pipeline.openSearch, cluster, recorded);
    const stored = await pipeline.openSearch.count('audit-events', {
      term: { 'auditstream.cluster': cluster },
    });
    expect(stored).toBeGreaterThanOrEqual(recorded);
    expect(await leaksAnywhere(pipeline, [...plantedNeedles(), issued])).toEqual([]);
  });
});
