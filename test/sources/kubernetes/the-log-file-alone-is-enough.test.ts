import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folders } from '../../../cli/src/pipeline/folders.ts';
import { auditLogLines } from '../../support/audit-log.ts';
import { documentsOfAll } from '../../support/documents.ts';
import { type KubeApiServer, startKubeApiServer } from '../../support/kube-apiserver.ts';
import { runWorkload } from '../../support/kube-workload.ts';
import { type TestPipeline, startTestPipeline } from '../../support/pipeline.ts';
import { compareWithDocuments, nothingAmiss, waitForDocuments } from '../../support/same-events.ts';

jest.setTimeout(600_000);

const cluster = 'log-alone';
/** The workload writes about 13 MiB, so that the API server rotates its log more than twice. */
const logRotationMiB = 4;
const logFolderIn = ({ data }: Folders): string => join(data, cluster);

describe('a real API server with nothing but its log file', () => {
  let pipeline: TestPipeline;
  let server: KubeApiServer;

  const lines = (): Promise<readonly string[]> => auditLogLines(logFolderIn(pipeline.folders));
  const files = async (): Promise<number> => (await readdir(logFolderIn(pipeline.folders))).length;

  beforeAll(async () => {
    pipeline = await startTestPipeline({
      writeSources: async (folders) => {
        const logFiles = join(logFolderIn(folders), 'audit*.log');
        const sources = [{ kind: 'kubernetes-log', cluster, files: [logFiles] }];
        await mkdir(logFolderIn(folders), { recursive: true });
        await writeFile(folders.sourcesFile, JSON.stringify({ sources }));
      },
    });
    server = await startKubeApiServer({ logFolder: logFolderIn(pipeline.folders), logRotationMiB });
  });

  afterAll(async () => {
    await server.stop();
    await pipeline.stop();
  });

  it('has every event as one document with the same bytes, over two rotations', async () => {
    const { requests } = await runWorkload(server, { name: 'shop', namespaces: 10, rounds: 8 });
    expect(requests).toBeGreaterThanOrEqual(3_000);
    expect(await files()).toBeGreaterThanOrEqual(3);
    expect(await compareWithDocuments(pipeline.openSearch, cluster, lines)).toEqual(nothingAmiss);
  });

  it('loses none of what was written and rotated away while ingest was killed', async () => {
    const [recorded, rotated] = [(await lines()).length, await files()];
    const working = runWorkload(server, { name: 'late', namespaces: 10, rounds: 8 });
    await waitForDocuments(pipeline.openSearch, cluster, recorded + 100);
    await pipeline.services.ingest.signal('SIGKILL');
    await working;
    expect(await files()).toBeGreaterThanOrEqual(rotated + 2);
    await pipeline.services.ingest.start();
    expect(await compareWithDocuments(pipeline.openSearch, cluster, lines)).toEqual(nothingAmiss);
  });

  it('has no event rejected', async () => {
    expect(await documentsOfAll(pipeline.openSearch, 'audit-dead-letters', [cluster])).toEqual([]);
  });
});
