import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type PlantedItem, plantedPlaces, plantedSecrets } from '@auditstream/item/testing/planted';
import { type RunningEngines } from '@auditstream/local/engines';
import { documentsOfAll } from '../support/documents.ts';
import { engineHandles } from '../support/engines.ts';
import { batchOf } from '../support/load.ts';
import { type TestPipeline, startTestPipeline } from '../support/pipeline.ts';
import { leakIn, leaksAnywhere, leaksInFolder, plantedNeedles } from '../support/planted-search.ts';
import { postTo } from '../support/post.ts';
import { waitFor } from '../support/wait-for.ts';
import { webhookSources } from '../support/webhook-source.ts';

jest.setTimeout(300_000);

const cluster = 'planted';
const batchSize = 100;
const needles = plantedNeedles();

/** Every kind of secret in every place that takes it. */
const planted: readonly PlantedItem[] = plantedPlaces.flatMap(({ takesAll, plant }) =>
  plantedSecrets.filter(({ shows }) => takesAll || shows).map(({ value }) => plant(value)),
);
const items = planted
  .filter(({ source }) => source === 'kubernetes')
  .map(({ item }, at) => item.toString().replace('"a-1"', `"a-${at}"`));
/** Bytes that hold secrets and can't be read, so that nothing can be taken out of them. */
const unreadable = plantedSecrets.map(({ value }) =>
  JSON.stringify({ auditID: 7, requestObject: { kind: 'Secret', data: { k: value } } }),
);

let engines: RunningEngines;
let pipeline: TestPipeline;

function kafka(): NonNullable<RunningEngines['engines']['kafka']> {
  if (engines.engines.kafka === undefined) throw new Error('Kafka was not started here.');
  return engines.engines.kafka;
}

async function post(all: readonly string[]): Promise<void> {
  for (let start = 0; start < all.length; start += batchSize) {
    const batch = batchOf(all.slice(start, start + batchSize));
    await postTo(pipeline.ingestUrl, cluster, batch);
  }
}

beforeAll(async () => {
  engines = await engineHandles();
  pipeline = await startTestPipeline({
    writeSources: webhookSources([cluster]),
    env: { AUDITSTREAM_LOG_LEVEL: 'debug' },
  });
});

afterAll(async () => {
  await kafka().restart();
  await pipeline.stop();
});

describe('secrets of every kind in every place', () => {
  it('are in what is sent, so that the search could find them', () => {
    expect(plantedSecrets.length).toBeGreaterThanOrEqual(20);
    const without = items.filter((item) => leakIn(item, needles) === undefined);
    expect(without).toEqual([]);
  });

  it('are not in the spool while Kafka is away', async () => {
    const half = Math.ceil(items.length / 2);
    await post(items.slice(0, half));
    await kafka().kill('SIGKILL');
    await post(items.slice(half));
    const kept = await leaksInFolder(pipeline.folders.state, ['[redacted]']);
    expect(kept.map(({ where }) => where)).toEqual([expect.stringContaining('.segment')]);
    expect(await leaksInFolder(pipeline.folders.state, needles)).toEqual([]);
    await kafka().restart();
  });

  it('are nowhere once every event has its document', async () => {
    await post(unreadable);
    const { openSearch } = pipeline;
    await waitFor('all events and letters', async () => {
      const events = await documentsOfAll(openSearch, 'audit-events', [cluster]);
      const letters = await documentsOfAll(openSearch, 'audit-dead-letters', [cluster]);
      const isAll = events.length >= items.length && letters.length >= unreadable.length;
      return isAll ? true : undefined;
    });
    // The search looks where the events are: it finds what stands in the place of secrets.
    const marked = (await leaksAnywhere(pipeline, ['[redacted]'])).map(({ where }) => where);
    expect(marked).toContainEqual(expect.stringContaining('audit.ingested-'));
    expect(marked).toContainEqual(expect.stringContaining('document '));
    expect(await leaksAnywhere(pipeline, needles)).toEqual([]);
  });
});
