import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { parse } from 'yaml';
import { apiServerPaths } from '../../../cli/src/api-server/flags.ts';
import { documentsOfAll } from '../../support/documents.ts';
import { engineAddresses } from '../../support/engines.ts';
import { type KubeApiServer, startKubeApiServer } from '../../support/kube-apiserver.ts';
import { runWorkload } from '../../support/kube-workload.ts';
import { type TestPipeline, startTestPipeline } from '../../support/pipeline.ts';
import { type CliResult, lastLine, runCli } from '../../support/run-cli.ts';
import { waitFor } from '../../support/wait-for.ts';
import { webhookSources } from '../../support/webhook-source.ts';
import { prepareWebhookTls, type WebhookTls } from '../../support/webhook-tls.ts';

jest.setTimeout(300_000);

const cluster = 'added';

interface Printed {
  readonly out: string;
  readonly arrived: {
    readonly events: number;
    readonly withBodies: number;
    readonly secretBodies: number;
    readonly rejected: readonly unknown[];
    readonly actions: readonly { readonly what: string }[];
  } | null;
  readonly refusals?: Readonly<Record<string, number>>;
}

let pipeline: TestPipeline;
let tls: WebhookTls;
let server: KubeApiServer | undefined;
let env: Readonly<Record<string, string>>;

const inFolder = (...names: readonly string[]): string => join(pipeline.folders.data, ...names);
const caFile = (): string => inFolder('ca.pem');

beforeAll(async () => {
  tls = await prepareWebhookTls();
  const writeSources = webhookSources(['there-before']);
  pipeline = await startTestPipeline({ writeSources, env: tls.env });
  await writeFile(caFile(), tls.ca);
  env = {
    AUDITSTREAM_DATA_DIR: pipeline.folders.data,
    AUDITSTREAM_OPENSEARCH_URL: engineAddresses().openSearchUrl,
    AUDITSTREAM_INGEST_ADMIN_PORT: new URL(pipeline.services.ingest.adminUrl).port,
  };
});

afterAll(async () => {
  await server?.stop();
  await pipeline.stop();
  await tls.remove();
});

function add(name: string, ...more: readonly string[]): Promise<CliResult> {
  const options = [
    '--url',
    pipeline.ingestUrl.replace('http:', 'https:'),
    '--ca',
    caFile(),
    '--out',
    inFolder(`kit-${name}`),
    '--json',
  ];
  return runCli(['source', 'add', 'kubernetes', name, ...options, ...more], env);
}

/** By TLS, as an API server would. */
async function postAsNobody(): Promise<void> {
  const url = `${pipeline.ingestUrl.replace('http:', 'https:')}/v1/kubernetes/silent/audit`;
  const headers = { authorization: 'Bearer wrong' };
  const outgoing = request(url, { method: 'POST', ca: tls.ca, headers }).end('{}');
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
}

/** The flags as they are to be pasted, with the paths that they have here. */
async function flagsOf(out: string): Promise<readonly string[]> {
  const text = await readFile(join(out, 'flags.txt'), 'utf8');
  return text
    .trim()
    .replaceAll(apiServerPaths.folder, out)
    .replaceAll(apiServerPaths.logFolder, inFolder('log'))
    .split('\n');
}

describe('source add kubernetes', () => {
  it('makes what a real API server needs, and says what arrives from it', async () => {
    const out = inFolder(`kit-${cluster}`);
    const adding = add(cluster, '--timeout', '2m');
    await waitFor(
      'the files',
      async () =>
        (await stat(join(out, 'kube-apiserver0+json.yaml')).catch(() => undefined)) && true,
    );
    server = await startKubeApiServer({ logFolder: inFolder('log'), flags: await flagsOf(out) });
    await runWorkload(server, { name: 'shop', namespaces: 2, rounds: 2 });
    const result = await adding;
    expect(result).toMatchObject({ code: 0 });
    const { arrived } = lastLine(result) as Printed;
    expect(arrived).toMatchObject({ secretBodies: 0, rejected: [] });
    expect(arrived?.events).toBeGreaterThan(0);
    expect(arrived?.withBodies).toBeGreaterThan(0);
    process.stderr.write(`${result.stderr}${JSON.stringify(arrived, null, 2)}\n`);
    const documents = await documentsOfAll(pipeline.openSearch, 'audit-events', [cluster]);
    expect(documents.length).toBeGreaterThan(0);
  });

  it('lets nobody else read what it made, and writes no token anywhere else', async () => {
    const out = inFolder(`kit-${cluster}`);
    const config = join(out, 'webhook-kubeconfig.yaml');
    expect((await stat(out)).mode & 0o777).toBe(0o700);
    expect((await stat(config)).mode & 0o777).toBe(0o600);
    const { users } = parse(await readFile(config, 'utf8')) as {
      users: { user: { token: string } }[];
    };
    const token = users[0]?.user.token ?? '';
    expect(token).toHaveLength(43);
    expect(await readFile(pipeline.folders.sourcesFile, 'utf8')).not.toContain(token);
    expect(await readFile(pipeline.services.ingest.logPath, 'utf8')).not.toContain(token);
  });

  it('is told of by source list, with its last event', async () => {
    const { code, stdout } = await runCli(['source', 'list', '--json'], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({ cluster: 'there-before', lastEvent: null }),
      expect.objectContaining({
        cluster,
        kind: 'kubernetes-webhook',
        by: expect.stringMatching(/^token [0-9a-f]{8}$/),
        lastEvent: expect.stringMatching(/^\d{4}-/),
      }),
    ]);
  });

  it('is refused a second time, and changes nothing then', async () => {
    const before = await readFile(pipeline.folders.sourcesFile, 'utf8');
    const { code, stderr } = await add(cluster);
    expect(code).toBe(2);
    expect(stderr).toContain('auditstream source rotate added');
    expect(await readFile(pipeline.folders.sourcesFile, 'utf8')).toBe(before);
  });

  it('says who was refused where nothing arrives', async () => {
    const adding = add('silent', '--timeout', '6s');
    await waitFor('ingest to take the source', async () => {
      const metrics = await (await fetch(`${pipeline.services.ingest.adminUrl}/metrics`)).text();
      return /sources_reloads_total\{[^}]*taken[^}]*\} 2/.test(metrics) ? true : undefined;
    });
    await postAsNobody();
    const result = await adding;
    expect(result.code).toBe(1);
    expect(lastLine(result)).toMatchObject({ arrived: null, refusals: { unauthorized: 1 } });
    expect(result.stderr).toContain('A sender showed no known credential');
  });

  it('is taken out again by source remove', async () => {
    expect(await runCli(['source', 'remove', 'silent'], env)).toMatchObject({ code: 0 });
    const text = await readFile(pipeline.folders.sourcesFile, 'utf8');
    expect(text).not.toContain('silent');
    expect(text).toContain(cluster);
  });
});
