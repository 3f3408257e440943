import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { textAt } from '../../cli/src/view/fields.ts';
import { documentsOfAll } from '../support/documents.ts';
import { asStored, badItems, batchOf, eventsOf } from '../support/load.ts';
import { type TestPipeline, startTestPipeline } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';
import { tokenOf, webhookSources } from '../support/webhook-source.ts';

jest.setTimeout(120_000);

const cluster = 'bad-items';
const good = [...eventsOf('bad-items', 20)];
let pipeline: TestPipeline;
let answer: { readonly status: number; readonly body: unknown };

beforeAll(async () => {
  pipeline = await startTestPipeline({ writeSources: webhookSources([cluster]) });
  const mixed = good.flatMap((item, at) => [
    item,
    ...(badItems[at] === undefined ? [] : [badItems[at]]),
  ]);
  const response = await fetch(`${pipeline.ingestUrl}/v1/kubernetes/${cluster}/audit`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf(cluster)}`, 'content-type': 'application/json' },
    body: new Uint8Array(batchOf(mixed)),
  });
  answer = { status: response.status, body: await response.json() };
});

afterAll(() => pipeline.stop());

describe('a batch with items that are no events', () => {
  it('is accepted, and the answer counts what was rejected', () => {
    expect(answer).toEqual({
      status: 200,
      body: { accepted: good.length, rejected: badItems.length },
    });
  });

  it('loses none of its good items', async () => {
    const events = await waitFor('all events', async () => {
      const found = await documentsOfAll(pipeline.openSearch, 'audit-events', [cluster]);
      return found.length >= good.length ? found : undefined;
    });
    const originals = events.map(({ _source }) => textAt(_source, 'event.original')).sort();
    expect(originals).toEqual(good.map(asStored).sort());
  });

  it('leaves a searchable dead letter with a reason, and without bytes, for each bad one', async () => {
    const letters = await waitFor('all dead letters', async () => {
      const found = await documentsOfAll(pipeline.openSearch, 'audit-dead-letters', [cluster]);
      return found.length >= badItems.length ? found : undefined;
    });
    expect(letters).toHaveLength(badItems.length);
    for (const { _source } of letters) {
      expect(textAt(_source, 'service.name')).toBe('ingest');
      expect(textAt(_source, 'error.code')).toBe('not-an-event');
      expect(textAt(_source, 'error.message')).not.toBe('-');
      expect(JSON.stringify(_source)).not.toContain('payload');
    }
  });
});
