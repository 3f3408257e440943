import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openCodec } from '@auditstream/events/codec';
import { createRegistryClient } from '@auditstream/events/registry-client';
import { encodeSequence } from '@auditstream/events/sequence';
import { type RunningEngines } from '@auditstream/local/engines';
import { startProducer } from '@auditstream/stream/producer';
import { textAt } from '../../cli/src/view/fields.ts';
import { documentsOfAll } from '../support/documents.ts';
import { engineAddresses, engineHandles } from '../support/engines.ts';
import { type Fault, inflict } from '../support/faults.ts';
import { startTestPipeline, type TestPipeline } from '../support/pipeline.ts';
import { sendLoad } from '../support/send-load.ts';
import { untilSettled } from '../support/settled.ts';
import { waitFor } from '../support/wait-for.ts';
import { webhookSources } from '../support/webhook-source.ts';

jest.setTimeout(900_000);

const cluster = 'numbered';
const events = 3_000;
const waitSeconds = 3;
const ingester = '5eed5eed5eed5eed';

/** What happens anyway, sooner or later. */
const ordinary: readonly Fault[] = [
  { kind: 'kill', target: 'ingest', forMs: 500 },
  { kind: 'kill', target: 'kafka', forMs: 2_000 },
  { kind: 'kill', target: 'ingest', forMs: 500 },
  { kind: 'suspend', target: 'kafka', forMs: 3_000 },
  { kind: 'kill', target: 'enrich', forMs: 500 },
  { kind: 'terminate', target: 'ingest', forMs: 500 },
];

describe('the numbers of ingest', () => {
  let engines: RunningEngines;
  let pipeline: TestPipeline;

  const holes = async (): Promise<readonly string[]> => {
    const found = await documentsOfAll(pipeline.openSearch, 'audit-events', ['auditstream']);
    return found.map(({ _source }) => textAt(_source, 'orchestrator.resource.name'));
  };
  const load = (seed: string, count: number, everyMs: number): Promise<unknown> =>
    sendLoad({
      ...{ ingestUrl: pipeline.ingestUrl, cluster, seed },
      ...{ events: count, batchSize: 30, everyMs },
    });

  beforeAll(async () => {
    engines = await engineHandles();
    pipeline = await startTestPipeline({
      writeSources: webhookSources([cluster]),
      env: { AUDITSTREAM_ENRICH_HOLE_WAIT_SECONDS: String(waitSeconds) },
    });
  });

  afterAll(() => pipeline.stop());

  it('have no hole after crashes of ingest, enrich and Kafka', async () => {
    const loading = load('under faults', events, 250);
    for (const fault of ordinary) await inflict(fault, pipeline, engines);
    await loading;
    await delay(waitSeconds * 1_000);
    // Every partition is read on, past the time for which a missing record is waited.
    await load('afterwards', 300, 20);
    await waitFor(
      'all events to be indexed',
      async () => {
        const found = await documentsOfAll(pipeline.openSearch, 'audit-events', [cluster]);
        return found.length >= events + 300 ? true : undefined;
      },
      240_000,
    );
    await untilSettled(pipeline.kafka);
    expect(await holes()).toEqual([]);
  });

  it('have one where a record is not there, raised once, although enrich is killed', async () => {
    await sendNumbered([1, 2, 4]);
    await untilSettled(pipeline.kafka);
    await inflict({ kind: 'kill', target: 'enrich', forMs: 500 }, pipeline, engines);
    await delay(waitSeconds * 1_000);
    await sendNumbered([5, 4, 6]);
    await waitFor(
      'the hole to be raised',
      async () => ((await holes()).length > 0 ? true : undefined),
      60_000,
    );
    await untilSettled(pipeline.kafka);
    expect(await holes()).toEqual([ingester]);
    const detections = await documentsOfAll(pipeline.openSearch, 'audit-detections', [
      'auditstream',
    ]);
    const found = detections.map(({ _source }) => [
      textAt(_source, 'event.action'),
      textAt(_source, 'auditstream.detection.level'),
    ]);
    expect(found).toEqual([['sequence-hole', 'critical']]);
  });

  /** As another ingester would, into one partition. */
  async function sendNumbered(sequences: readonly number[]): Promise<void> {
    const registry = createRegistryClient({ url: engineAddresses().registryUrl });
    const codec = await openCodec('audit.ingested', registry);
    const producer = await startProducer(pipeline.kafka, { telemetry: pipeline.kafka.telemetry });
    await producer.send(
      sequences.map((sequence) => ({
        ...{ topic: 'audit.ingested', partition: 2, key: Buffer.from('numbered') },
        headers: { seq: encodeSequence({ ingester, epoch: 1, partition: 2, sequence }) },
        value: codec.encode(recordOf(sequence)),
      })),
    );
    await producer.stop();
  }
});

function recordOf(
  sequence: number,
): Parameters<Awaited<ReturnType<typeof openCodec<'audit.ingested'>>>['encode']>[0] {
  const now = Date.now();
  return {
    ...{ id: `numbered-${sequence}`, requestId: `numbered-${sequence}`, source: 'kubernetes' },
    ...{ cluster: 'numbered-by-hand', origin: 'live', delivery: 'webhook' },
    ...{
      time: now * 1_000,
      receivedAt: now,
      redactions: [],
      redacted: 0,
      truncatedBytes: 0,
      exporter: null,
    },
    body: Buffer.from('{"verb":"get"}'),
  };
}
