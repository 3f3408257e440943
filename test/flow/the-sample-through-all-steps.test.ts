import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { projectRoot } from '../../cli/src/pipeline/folders.ts';
import { readManifest, type SampleFile, sampleFolder } from '../../cli/src/sample/manifest.ts';
import { textAt } from '../../cli/src/view/fields.ts';
import { splitEventList } from '../../services/ingest/src/domain/event-list.ts';
import { expectedDetectionKeys, expectedEvents } from '../support/golden.ts';
import { findingsIn } from '../support/findings.ts';
import { type MemoryPipeline, createMemoryPipeline } from '../support/memory-pipeline.ts';

// All steps over thousands of events take seconds; a busy machine may need many of them.
jest.setTimeout(120_000);

const manifest = await readManifest();

/** The items of a file of the sample, as its adapter would cut them. */
function itemsOf(file: SampleFile): readonly Buffer[] {
  const bytes = readFileSync(join(sampleFolder, file.path));
  if (file.via !== 'webhook') {
    return bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => Buffer.from(line));
  }
  const split = splitEventList(bytes);
  if (!split.ok) throw new Error(split.message);
  return split.items;
}

async function send({ accept }: MemoryPipeline): Promise<number> {
  let accepted = 0;
  for (const file of manifest.files) {
    const source = file.via === 'engine' ? 'docker' : 'kubernetes';
    const { cluster, via: way } = file;
    const from = { source, sourceName: cluster, cluster, way, origin: 'replay' } as const;
    const receipt = await accept({ ...from, items: itemsOf(file), oversized: [] });
    accepted += receipt.accepted;
  }
  return accepted;
}

const findings = ({ store }: MemoryPipeline): readonly string[] =>
  findingsIn(store.find('audit-detections-'), store.find('audit-events-'));

describe('the sample through all steps', () => {
  let pipeline: MemoryPipeline;

  beforeAll(async () => {
    pipeline = await createMemoryPipeline(join(projectRoot, 'rules'));
    expect(await send(pipeline)).toBe(manifest.total);
    await pipeline.drain();
  });

  it('is one document for each event', () => {
    expect(pipeline.store.find('audit-events-')).toHaveLength(manifest.distinct);
    expect(pipeline.store.find('audit-repeats-')).toHaveLength(0);
    expect(pipeline.store.find('audit-dead-letters-')).toHaveLength(0);
  });

  it('is found with the outcomes that a reader of the events counts', () => {
    for (const source of ['kubernetes', 'docker'] as const) {
      const ours = pipeline.store
        .find('audit-events-')
        .filter((event) => textAt(event, 'auditstream.source') === source);
      const count = (outcome: string): number =>
        ours.filter((event) => textAt(event, 'event.outcome') === outcome).length;
      expect({
        success: count('success'),
        failure: count('failure'),
        unknown: count('unknown'),
      }).toEqual(expectedEvents.outcomes[source]);
    }
  });

  it('meets the rules where a reader of events and rules says it does', () => {
    expect(findings(pipeline)).toEqual(expectedDetectionKeys);
  });

  it('stays the same when every step sees everything again, as after a crash', async () => {
    const before = structuredClone(pipeline.store.indices);
    await pipeline.drain();
    expect(pipeline.store.find('audit-events-')).toHaveLength(manifest.distinct);
    expect(pipeline.store.find('audit-repeats-')).toHaveLength(0);
    expect(pipeline.store.indices).toEqual(before);
  });

  it('adds only repeats when it is sent again', async () => {
    await send(pipeline);
    await pipeline.drain();
    expect(pipeline.store.find('audit-events-')).toHaveLength(manifest.distinct);
    expect(pipeline.store.find('audit-repeats-')).toHaveLength(manifest.total);
    expect(findings(pipeline)).toEqual(expectedDetectionKeys);
  });
});
