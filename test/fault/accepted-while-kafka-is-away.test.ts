import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningEngines } from '@auditstream/local/engines';
import { textAt } from '../../cli/src/view/fields.ts';
import {
  type Answer,
  type AnsweredLoad,
  type LoadShape,
  percentile,
  sendUntil,
} from '../support/answered-load.ts';
import { documentsOfAll } from '../support/documents.ts';
import { engineHandles } from '../support/engines.ts';
import { asStored } from '../support/load.ts';
import { startTestPipeline, type TestPipeline } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';
import { webhookSources } from '../support/webhook-source.ts';

/** How long Kafka is away. The short form runs in CI; docs/testing.md has the long one. */
const seconds = Number(process.env['AUDITSTREAM_FAULT_SECONDS'] ?? '45');
/** Kafka has been found missing, and everything under way has been decided or spooled. */
const settledMs = 2_000;

jest.setTimeout(seconds * 2_000 + 600_000);

let engines: RunningEngines;
let pipeline: TestPipeline | undefined;

beforeAll(async () => {
  engines = await engineHandles();
});

afterEach(async () => {
  await kafka().restart();
  await pipeline?.stop();
  pipeline = undefined;
});

function kafka(): NonNullable<RunningEngines['engines']['kafka']> {
  if (engines.engines.kafka === undefined) throw new Error('Kafka was not started here.');
  return engines.engines.kafka;
}

interface Outage {
  readonly sent: AnsweredLoad;
  readonly duringOutage: readonly Answer[];
  readonly before: readonly Answer[];
}

/** Sends, kills Kafka, lets something happen meanwhile, brings Kafka back, and goes on for a while. */
async function outage(shape: LoadShape, meanwhile: () => Promise<void>): Promise<Outage> {
  const sending = new AbortController();
  const load = sendUntil(sending.signal, shape);
  await delay(5_000);
  const killedAt = Date.now();
  await kafka().kill('SIGKILL');
  await meanwhile();
  const restartedAt = Date.now();
  await kafka().restart();
  await delay(5_000);
  sending.abort();
  const sent = await load;
  const { answers } = sent;
  return {
    sent,
    before: answers.filter(({ at }) => at < killedAt - settledMs),
    duringOutage: answers.filter(({ at }) => at > killedAt + settledMs && at < restartedAt),
  };
}

/** Waits for a document of each item, and gives what is there then. */
async function documentsOf(cluster: string, items: readonly string[]): Promise<readonly string[]> {
  const { openSearch } = running();
  await waitFor(
    `${items.length} events of ${cluster} to be indexed`,
    async () => {
      const found = await documentsOfAll(openSearch, 'audit-events', [cluster]);
      return found.length >= items.length ? true : undefined;
    },
    240_000,
  );
  const documents = await documentsOfAll(openSearch, 'audit-events', [cluster]);
  return documents.map(({ _source }) => textAt(_source, 'event.original')).sort();
}

function running(): TestPipeline {
  if (pipeline === undefined) throw new Error('No pipeline is running.');
  return pipeline;
}

async function gauge(name: string): Promise<number | undefined> {
  const response = await fetch(`${running().services.ingest.adminUrl}/metrics`);
  const line = (await response.text())
    .split('\n')
    .find(
      (text) => text.startsWith(`auditstream_${name}{`) || text.startsWith(`auditstream_${name} `),
    );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

describe('while Kafka is away', () => {
  it('everything is accepted, kept over a kill of ingest, and is one document afterwards', async () => {
    const cluster = 'spool-roomy';
    pipeline = await startTestPipeline({ writeSources: webhookSources([cluster]) });
    const { ingest } = pipeline.services;
    const shape = { ingestUrl: pipeline.ingestUrl, cluster, seed: cluster };
    const { sent, before, duringOutage } = await outage(
      { ...shape, batchSize: 40, everyMs: 200 },
      async () => {
        await delay((seconds * 1_000) / 2);
        expect(await gauge('ingest_spool_records')).toBeGreaterThan(0);
        await ingest.signal('SIGKILL');
        // It is ready again although Kafka is away: the spool has room.
        await ingest.start();
        await delay((seconds * 1_000) / 2);
      },
    );
    process.stderr.write(
      `answers: ${before.length} before (p99 ${percentile(before, 0.99)} ms), ` +
        `${duringOutage.length} without Kafka (p99 ${percentile(duringOutage, 0.99)} ms)\n`,
    );
    expect(sent.answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(duringOutage.length).toBeGreaterThan(seconds);
    expect(percentile(duringOutage, 0.99)).toBeLessThan(1_000);
    expect(await documentsOf(cluster, sent.items)).toEqual(sent.items.map(asStored).sort());
    await waitFor('the spool to be empty', async () =>
      (await gauge('ingest_spool_bytes')) === 0 ? true : undefined,
    );
  });

  it('what a full spool has no room for is refused with a time to come again, and nothing is lost', async () => {
    const cluster = 'spool-tiny';
    pipeline = await startTestPipeline({
      writeSources: webhookSources([cluster]),
      env: { AUDITSTREAM_INGEST_SPOOL_MAX_BYTES: '1048576' },
    });
    const shape = { ingestUrl: pipeline.ingestUrl, cluster, seed: cluster };
    const { sent, duringOutage } = await outage(
      { ...shape, batchSize: 50, everyMs: 200 },
      async () => {
        await waitFor('ingest to say that it is full', async () => {
          const response = await fetch(`${running().services.ingest.adminUrl}/readyz`);
          return response.status === 503 && (await response.text()).includes('spool is full')
            ? true
            : undefined;
        });
        await delay(5_000);
      },
    );
    const refused = sent.answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(
      new Set(['429 1']),
    );
    expect(duringOutage.some(({ status }) => status === 200)).toBe(true);
    expect(await documentsOf(cluster, sent.items)).toEqual(sent.items.map(asStored).sort());
  });
});
