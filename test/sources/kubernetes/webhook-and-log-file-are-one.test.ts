import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folders } from '../../../cli/src/pipeline/folders.ts';
import { textAt } from '../../../cli/src/view/fields.ts';
import { asWebhookItem, auditLogLines } from '../../support/audit-log.ts';
import { documentsOfAll } from '../../support/documents.ts';
import { type KubeApiServer, startKubeApiServer } from '../../support/kube-apiserver.ts';
import { runWorkload } from '../../support/kube-workload.ts';
import { type TestPipeline, startTestPipeline } from '../../support/pipeline.ts';
import { waitForDocuments } from '../../support/same-events.ts';
import { tokenOf, webhookSources } from '../../support/webhook-source.ts';
import { prepareWebhookTls, type WebhookTls } from '../../support/webhook-tls.ts';

jest.setTimeout(600_000);

const cluster = 'both-ways';
const logFolderIn = ({ data }: Folders): string => join(data, cluster);

describe('a real API server whose events come by webhook and from its log file', () => {
  let pipeline: TestPipeline;
  let tls: WebhookTls;
  let server: KubeApiServer;

  beforeAll(async () => {
    tls = await prepareWebhookTls();
    pipeline = await startTestPipeline({
      env: tls.env,
      writeSources: async (folders) => {
        await webhookSources([cluster])(folders);
        const { sources } = JSON.parse(await readFile(folders.sourcesFile, 'utf8')) as {
          sources: object[];
        };
        const log = { kind: 'kubernetes-log', cluster, files: [`${logFolderIn(folders)}/*.log`] };
        await writeFile(folders.sourcesFile, JSON.stringify({ sources: [...sources, log] }));
      },
    });
    const url = `https://${new URL(pipeline.ingestUrl).host}/v1/kubernetes/${cluster}/audit`;
    const webhook = { url, ca: tls.ca, credential: { token: tokenOf(cluster) } };
    const logFolder = logFolderIn(pipeline.folders);
    server = await startKubeApiServer({ logFolder, logRotationMiB: 4, webhook });
  });

  afterAll(async () => {
    await server.stop();
    await pipeline.stop();
    await tls.remove();
  });

  it('has one document for each event, which came at least once by each way', async () => {
    await runWorkload(server, { name: 'shop', namespaces: 10, rounds: 4 });
    const recorded = await auditLogLines(logFolderIn(pipeline.folders));
    await waitForDocuments(pipeline.openSearch, cluster, recorded.length);
    const documents = await documentsOfAll(pipeline.openSearch, 'audit-events', [cluster]);
    const originals = documents.map(({ _source }) => textAt(_source, 'event.original'));
    const ids = documents.map(({ _source }) => textAt(_source, 'event.id'));
    // Which way was first decides whether the two members are there that only the log file has.
    const items = originals.map((text) =>
      text.startsWith('{"kind":"Event"') ? asWebhookItem(text) : text,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(items).size).toBe(items.length);
    expect(recorded.map(asWebhookItem).filter((item) => !items.includes(item))).toEqual([]);
    const ways = new Set(documents.map(({ _source }) => textAt(_source, 'auditstream.delivery')));
    process.stderr.write(
      `${cluster}: ${documents.length} documents, first by ${[...ways].join()}\n`,
    );
  });
});
