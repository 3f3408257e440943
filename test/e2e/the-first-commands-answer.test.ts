import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { projectRoot } from '../../cli/src/pipeline/folders.ts';
import { documentsOfAll } from '../support/documents.ts';
import { batchOf } from '../support/load.ts';
import { type TestPipeline, startTestPipeline } from '../support/pipeline.ts';
import { postTo } from '../support/post.ts';
import { runCli } from '../support/run-cli.ts';
import { waitFor } from '../support/wait-for.ts';
import { webhookSources } from '../support/webhook-source.ts';

jest.setTimeout(120_000);

const cluster = 'first-commands';
let pipeline: TestPipeline;

/** A request that meets the rule about deleted deployments. */
function deletion(name: string, at: string): string {
  return JSON.stringify({
    level: 'Metadata',
    auditID: `00000000-0000-4000-8000-${name.padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: `/apis/apps/v1/namespaces/shop/deployments/web-${name}`,
    verb: 'delete',
    user: { username: 'mallory\u001b[31m', groups: ['system:authenticated'] },
    sourceIPs: ['192.0.2.7'],
    userAgent: 'kubectl/v1.36.3',
    objectRef: {
      resource: 'deployments',
      namespace: 'shop',
      name: `web-${name}`,
      apiGroup: 'apps',
    },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: at,
    stageTimestamp: at,
    annotations: { 'authorization.k8s.io/decision': 'allow' },
  });
}

const found = (count: number): Promise<true> =>
  waitFor('the detection', async () => {
    const hits = await documentsOfAll(pipeline.openSearch, 'audit-detections', [cluster]);
    return hits.length >= count ? true : undefined;
  });

const env = {};
const time = '2026-11-22T10:00:00.000001Z';

beforeAll(async () => {
  pipeline = await startTestPipeline({ writeSources: webhookSources([cluster]) });
  await postTo(pipeline.ingestUrl, cluster, batchOf([deletion('1', time)]));
  await found(1);
});

afterAll(() => pipeline.stop());

const list = ['detections', 'list', '--cluster', cluster];

describe('the first commands', () => {
  it('list a detection as a line for people', async () => {
    const { code, stdout } = await runCli(list, env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/2026-11-22T10:00:00\.000Z +low +.*mallory.*deployments.*shop\/web-1/);
    expect(stdout).not.toContain('\u001b[31m');
  });

  it('list detections for scripts, and show one by its id', async () => {
    const { stdout } = await runCli([...list, '--json'], env);
    const detection = JSON.parse(stdout) as { event: { id: string }; rule: { name: string } };
    expect(detection.rule.name).toBe('Deployment Deleted From Kubernetes Cluster');
    const shown = await runCli(['detections', 'show', detection.event.id, '--json'], env);
    expect(JSON.parse(shown.stdout)).toEqual(detection);
  });

  it('say so where there is no such detection', async () => {
    const { code, stderr } = await runCli(['detections', 'show', 'nonsense'], env);
    expect(code).toBe(1);
    expect(stderr).toContain("There is no detection nonsense: 'auditstream detections list'");
  });

  it('say who did what to an object', async () => {
    const { code, stdout } = await runCli(['who', 'deployments/web-1', '--cluster', cluster], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/mallory\S* +delete +success +shop +192\.0\.2\.7 +first-commands/);
  });

  it.each([
    [['who', 'web'], /give <resource>\/<name>/],
    [['detections', 'list', '--since', 'yesterday'], /give an age such as 15m/],
    [['detections', 'list', '--limit', '0'], /whole number from 1 to 10000/],
    [['nonsense'], /unknown command 'nonsense'/],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stderr } = await runCli(args, env);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('tell where OpenSearch does not answer', async () => {
    const nowhere = { AUDITSTREAM_OPENSEARCH_URL: 'http://127.0.0.1:1' };
    const { code, stderr } = await runCli(list, nowhere);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /OpenSearch at http:\/\/127\.0\.0\.1:1 does not answer: start the pipeline/,
    );
  });

  it('follow detections as they come in', async () => {
    const program = join(projectRoot, 'cli/bin/auditstream.js');
    const tail = spawn(process.execPath, [program, 'detections', 'tail'], { stdio: 'pipe' });
    const closed = once(tail, 'close');
    let seen = '';
    tail.stdout.setEncoding('utf8').on('data', (chunk: string) => (seen += chunk));
    for (let name = 2; !seen.includes('web-'); name += 1) {
      const later = new Date(Date.now()).toISOString();
      await postTo(pipeline.ingestUrl, cluster, batchOf([deletion(String(name), later)]));
      await found(name);
    }
    tail.kill('SIGINT');
    await closed;
    expect(seen).not.toContain('web-1 ');
    expect(seen).toMatch(/low +.*deployments.*shop\/web-\d+/);
  });
});
