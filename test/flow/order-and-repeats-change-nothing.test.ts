import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { projectRoot } from '../../cli/src/pipeline/folders.ts';
import { sampleFolder } from '../../cli/src/sample/manifest.ts';
import { findingsIn } from '../support/findings.ts';
import { createMemoryPipeline, type MemoryPipeline } from '../support/memory-pipeline.ts';

// All steps over thousands of events take seconds; a busy machine may need many of them.
jest.setTimeout(120_000);

const lines = readFileSync(join(sampleFolder, 'kubernetes/audit.log'))
  .toString()
  .trimEnd()
  .split('\n');
const items = lines.slice(0, 120).map((line) => Buffer.from(line));
const packs = join(projectRoot, 'rules');

async function sendAll(
  { accept }: MemoryPipeline,
  batches: readonly (readonly Buffer[])[],
): Promise<void> {
  for (const batch of batches) {
    await accept({
      ...{ source: 'kubernetes', cluster: 'sample', way: 'file', origin: 'replay' },
      ...{ sourceName: 'sample', items: batch, oversized: [] },
    });
  }
}

/** Documents by id, without where in the topic they stand: that depends on the order. */
function contentsIn({ store }: MemoryPipeline): ReadonlyMap<string, unknown> {
  const events = store.find('audit-events-') as readonly {
    event: { id: string; original: string };
  }[];
  return new Map(events.map(({ event }) => [event.id, event.original]));
}

const findings = ({ store }: MemoryPipeline): readonly string[] =>
  findingsIn(store.find('audit-detections-'), store.find('audit-events-'));

/** Any order, cut into any batches, with any of them sent again. */
const deliveries = fc
  .shuffledSubarray(items, { minLength: items.length, maxLength: items.length })
  .chain((order) =>
    fc.tuple(
      fc.constant(order),
      fc.array(fc.nat({ max: order.length - 1 }), { maxLength: 8 }),
      fc.array(fc.nat({ max: order.length - 1 }), { maxLength: 40 }),
    ),
  )
  .map(([order, cuts, again]) => {
    const ends = [...new Set(cuts)].sort((a, b) => a - b);
    const starts = [0, ...ends];
    const batches = starts.map((start, at) => order.slice(start, ends[at] ?? order.length));
    return [...batches, again.map((at) => order[at] ?? Buffer.alloc(0))];
  });

describe('order, batches and repeats of deliveries', () => {
  it('change neither documents nor detections', async () => {
    const quiet = await createMemoryPipeline(packs);
    await sendAll(quiet, [items]);
    await quiet.drain();
    expect(findings(quiet).length).toBeGreaterThan(0);

    await fc.assert(
      fc.asyncProperty(deliveries, async (batches) => {
        const pipeline = await createMemoryPipeline(packs);
        await sendAll(pipeline, batches);
        await pipeline.drain();
        await pipeline.drain();
        expect(contentsIn(pipeline)).toEqual(contentsIn(quiet));
        expect(findings(pipeline)).toEqual(findings(quiet));
        const repeats = batches.flat().length - items.length;
        expect(pipeline.store.find('audit-repeats-')).toHaveLength(repeats);
      }),
      { numRuns: 25 },
    );
  });
});
