import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { readRawEvents, type RawEvents } from '../../support/docker-client.ts';
import { workOnContainer } from '../../support/docker-workload.ts';
import { type Dockerd, startDockerd } from '../../support/dockerd.ts';
import { type TestPipeline, startTestPipeline } from '../../support/pipeline.ts';
import {
  compareWithDocuments,
  type Comparison,
  nothingAmiss,
  waitForDocuments,
} from '../../support/same-events.ts';

jest.setTimeout(300_000);

const cluster = 'engine-under-test';
/** An engine replays this many events. */
const replayed = 256;
/** Each makes about 24 events, so that those of all of them are replayed. */
const containers = { whileKilled: 2, whileAway: 6 };

describe('a real Docker Engine', () => {
  let engine: Dockerd;
  let pipeline: TestPipeline;
  let raw: RawEvents;

  const work = async (name: string, count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) await workOnContainer(engine.socket, `${name}${at}`);
  };

  const comparison = (): Promise<Comparison> =>
    compareWithDocuments(pipeline.openSearch, cluster, () => Promise.resolve(raw.lines()));

  beforeAll(async () => {
    engine = await startDockerd();
    raw = await readRawEvents(engine.socket);
    const sources = [{ kind: 'docker-engine', cluster, socket: engine.socket }];
    pipeline = await startTestPipeline({
      writeSources: ({ sourcesFile }) => writeFile(sourcesFile, JSON.stringify({ sources })),
    });
  });

  afterAll(async () => {
    raw.close();
    await pipeline.stop();
    await engine.stop();
  });

  it('has every event as one document with the same bytes', async () => {
    await engine.importImage('audit-test');
    await work('quiet', 12);
    expect(raw.lines().length).toBeGreaterThan(200);
    expect(await comparison()).toEqual(nothingAmiss);
  });

  it('loses none while ingest is killed and away, within what the engine replays', async () => {
    const before = raw.lines().length;
    const working = work('busy', containers.whileKilled);
    await waitForDocuments(pipeline.openSearch, cluster, before + 10);
    await pipeline.services.ingest.signal('SIGKILL');
    await working;
    await work('away', containers.whileAway);
    expect(raw.lines().length - before).toBeLessThan(replayed);
    await pipeline.services.ingest.start();
    await work('again', 2);
    expect(await comparison()).toEqual(nothingAmiss);
  });
});
