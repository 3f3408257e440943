import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { topicEnds } from '@auditstream/stream/admin';
import { readManifest, type SampleManifest } from '../../cli/src/sample/manifest.ts';
import { sendSample } from '../../cli/src/sample/send.ts';
import { ensureSources } from '../../cli/src/sample/sources.ts';
import { type ServiceName, serviceNames } from '../../cli/src/pipeline/services.ts';
import { documentsOfAll, findingsOf } from '../support/documents.ts';
import { expectedDetectionKeys } from '../support/golden.ts';
import { type TestPipeline, startTestPipeline } from '../support/pipeline.ts';
import { untilSettled } from '../support/settled.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(240_000);

/** The sample as if it came from other clusters, so that each run has documents of its own. */
function inOtherClusters(manifest: SampleManifest, suffix: string): SampleManifest {
  const clusters = Object.entries(manifest.clusters);
  return {
    ...manifest,
    clusters: Object.fromEntries(clusters.map(([name, facts]) => [`${name}-${suffix}`, facts])),
    files: manifest.files.map((file) => ({ ...file, cluster: `${file.cluster}-${suffix}` })),
  };
}

/** Records that audit.ingested has ever taken. */
async function ingested({ kafka }: TestPipeline): Promise<number> {
  const ends = await topicEnds(kafka, 'audit.ingested');
  return ends.reduce((sum, { offset }) => sum + offset, 0);
}

describe.each<{ service: ServiceName }>(serviceNames.map((service) => ({ service })))(
  'kill -9 of $service while the sample flows, then a restart',
  ({ service }) => {
    let pipeline: TestPipeline;
    let manifest: SampleManifest;
    let clusters: readonly string[];

    beforeAll(async () => {
      manifest = inOtherClusters(await readManifest(), `kill-${service}`);
      clusters = Object.keys(manifest.clusters);
      pipeline = await startTestPipeline({
        writeSources: (folders) => ensureSources(folders, manifest),
      });
    });

    afterAll(() => pipeline.stop());

    it('leaves the same documents and detections as a quiet run', async () => {
      const { ingestUrl, folders, openSearch } = pipeline;
      const { signal } = new AbortController();
      const before = await ingested(pipeline);
      const sending = sendSample(manifest, { ingestUrl, folders, signal });
      await waitFor('the sample to flow', async () =>
        (await ingested(pipeline)) > before ? true : undefined,
      );
      await pipeline.services[service].signal('SIGKILL');
      await pipeline.services[service].start();
      const sent = await sending;
      const allEvents = (): ReturnType<typeof documentsOfAll> =>
        documentsOfAll(openSearch, 'audit-events', clusters);
      await waitFor('all documents', async () =>
        (await allEvents()).length >= manifest.distinct ? true : undefined,
      );
      await untilSettled(pipeline.kafka);
      await sent.close();
      const events = await allEvents();
      expect(events).toHaveLength(manifest.distinct);
      expect(new Set(events.map(({ _id }) => _id)).size).toBe(manifest.distinct);
      expect(await findingsOf(openSearch, clusters)).toEqual(expectedDetectionKeys);
    });
  },
);
