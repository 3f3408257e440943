import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningEngines } from '@auditstream/local/engines';
import { textAt } from '../../cli/src/view/fields.ts';
import { documentsOfAll, findingsOf } from '../support/documents.ts';
import { engineHandles } from '../support/engines.ts';
import { describeFault, faultsOf, inflict } from '../support/faults.ts';
import { asStored } from '../support/load.ts';
import { type TestPipeline, startTestPipeline } from '../support/pipeline.ts';
import { seededRandom } from '../support/random.ts';
import { type SentLoad, sendLoad } from '../support/send-load.ts';
import { untilSettled } from '../support/settled.ts';
import { waitFor } from '../support/wait-for.ts';
import { webhookSources } from '../support/webhook-source.ts';

/** The short form runs in CI; docs/testing.md has the long one and its last result. */
const seeds = (process.env['AUDITSTREAM_FAULT_SEEDS'] ?? '1').split(',').map(Number);
const seconds = Number(process.env['AUDITSTREAM_FAULT_SECONDS'] ?? '45');
/** Parts of the pipeline; each is hurt at least once, however short the run. */
const parts = 8;
const batchSize = 40;
const everyMs = 200;
const events = Math.ceil((seconds * 1_000) / everyMs) * batchSize;

jest.setTimeout(seconds * 1_000 + 900_000);

describe.each(seeds)('under the faults of seed %d', (seed) => {
  const quiet = `quiet-${seed}`;
  const faulty = `fault-${seed}`;
  const inflicted: string[] = [];
  let engines: RunningEngines;
  let pipeline: TestPipeline;
  let sent: SentLoad;

  const sendTo = (cluster: string, pace: number): Promise<SentLoad> =>
    sendLoad({
      ...{ ingestUrl: pipeline.ingestUrl, cluster, seed: `seed ${seed}` },
      ...{ events, batchSize, everyMs: pace },
    });

  const whole = (cluster: string): Promise<true> =>
    waitFor(
      `all events of ${cluster} to be indexed (${inflicted.join('; ')})`,
      async () => {
        const documents = await count(cluster, 'audit-events');
        const letters = await count(cluster, 'audit-dead-letters');
        return documents >= events && letters >= sent.badItems ? true : undefined;
      },
      240_000,
    );

  const count = async (cluster: string, index: string): Promise<number> =>
    (await documentsOfAll(pipeline.openSearch, index, [cluster])).length;

  beforeAll(async () => {
    engines = await engineHandles();
    pipeline = await startTestPipeline({ writeSources: webhookSources([quiet, faulty]) });
    sent = await sendTo(quiet, 20);
    await whole(quiet);
    const loading = sendTo(faulty, everyMs);
    const faults = faultsOf(seededRandom(seed));
    const end = Date.now() + seconds * 1_000;
    while (Date.now() < end || inflicted.length < parts) {
      const fault = faults.next().value;
      inflicted.push(describeFault(fault));
      process.stderr.write(`seed ${seed}: ${describeFault(fault)}\n`);
      await inflict(fault, pipeline, engines);
    }
    sent = await loading;
    await whole(faulty);
  });

  afterAll(() => pipeline.stop());

  it('every accepted event is exactly one document with its exact bytes', async () => {
    const documents = await documentsOfAll(pipeline.openSearch, 'audit-events', [faulty]);
    const originals = documents.map(({ _source }) => textAt(_source, 'event.original'));
    expect({ inflicted, count: originals.length }).toEqual({ inflicted, count: events });
    expect(originals.sort()).toEqual(sent.items.map(asStored).sort());
  });

  it('every rejected item has a dead letter', async () => {
    const letters = await documentsOfAll(pipeline.openSearch, 'audit-dead-letters', [faulty]);
    expect(letters.length).toBeGreaterThanOrEqual(sent.badItems);
    const services = new Set(letters.map(({ _source }) => textAt(_source, 'service.name')));
    expect(services).toEqual(new Set(['ingest']));
  });

  it('the same is found as in a quiet run', async () => {
    await untilSettled(pipeline.kafka);
    const expected = await findingsOf(pipeline.openSearch, [quiet]);
    expect(expected.length).toBeGreaterThan(0);
    expect(await findingsOf(pipeline.openSearch, [faulty])).toEqual(expected);
  });
});
