import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TopicName, topicNames } from '@auditstream/events/topics';
import { topicEnds } from '@auditstream/stream/admin';
import { engineAddresses } from '../support/engines.ts';
import { badItems, batchOf, eventsOf } from '../support/load.ts';
import { type TestPipeline, startTestPipeline } from '../support/pipeline.ts';
import { postTo } from '../support/post.ts';
import { waitFor } from '../support/wait-for.ts';
import { webhookSources } from '../support/webhook-source.ts';

jest.setTimeout(180_000);

const cluster = 'foreign-client';
const python = process.env['AUDITSTREAM_TEST_PYTHON'] ?? 'python3';

/** The member of each topic's record that our own writer is known to set. */
const telling: Readonly<Record<TopicName, Readonly<Record<string, unknown>>>> = {
  'audit.ingested': { source: 'kubernetes' },
  'audit.enriched': { source: 'kubernetes' },
  'audit.detections': { kind: 'rule' },
  'audit.rules': { enabled: true },
  'audit.dead-letters': { service: 'ingest' },
};

interface Report {
  readonly records: number;
  readonly example: Readonly<Record<string, unknown>>;
}

let pipeline: TestPipeline;
let decoded: Readonly<Record<string, Report>>;

beforeAll(async () => {
  pipeline = await startTestPipeline({ writeSources: webhookSources([cluster]) });
  await postTo(pipeline.ingestUrl, cluster, batchOf([...eventsOf('foreign', 700), ...badItems]));
  await waitFor('records in every topic', async () => {
    const ends = await Promise.all(topicNames.map((topic) => topicEnds(pipeline.kafka, topic)));
    const filled = ends.every((partitions) => partitions.some(({ offset }) => offset > 0));
    return filled ? true : undefined;
  });
  const { brokers, registryUrl } = engineAddresses();
  const script = join(import.meta.dirname, 'decode.py');
  const args = [script, brokers.join(','), registryUrl, ...topicNames];
  const { stdout } = await promisify(execFile)(python, args, { maxBuffer: 64 * 1024 * 1024 });
  decoded = JSON.parse(stdout) as Readonly<Record<string, Report>>;
});

afterAll(() => pipeline.stop());

describe("Confluent's Python client, with nothing but the registry", () => {
  it.each(topicNames)('decodes every record of %s', async (topic) => {
    const ends = await topicEnds(pipeline.kafka, topic);
    const total = ends.reduce((sum, { offset }) => sum + offset, 0);
    expect(decoded[topic]?.records).toBeGreaterThan(0);
    expect(decoded[topic]?.records).toBeLessThanOrEqual(total);
    expect(decoded[topic]?.example).toMatchObject(telling[topic]);
  });
});
