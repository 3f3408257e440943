import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLifecycle, type OwnedLifecycle } from '@auditstream/runtime/lifecycle';
import { type Accept } from '../../delivery.ts';
import { type Notice } from '../../domain/notice.ts';
import { delivery, event, rig, recordsIn } from '../../ingest-rig.ts';
import { watchSources } from './source-watch.ts';

const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };

let folder: string;
let lifecycle: OwnedLifecycle;
let notices: Notice[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-watch-'));
  lifecycle = createLifecycle({ stopLimitMs: 5_000, onError: ignore });
  notices = [];
});

afterEach(async () => {
  await lifecycle.release();
  await rm(folder, { recursive: true });
});

function watch(step: ReturnType<typeof rig>): Promise<Accept> {
  return watchSources(lifecycle, {
    accept: step.accept,
    sources: () => [],
    notify: (notice) => {
      notices.push(notice);
      return Promise.resolve();
    },
    ...{ folder, now: () => 0 },
    telemetry: { log, count: ignore, set: ignore, observe: ignore, forget: ignore },
  });
}

function ignore(): void {
  return undefined;
}

it('keeps both requests of a reused audit id, and tells of them', async () => {
  const step = rig();
  const accept = await watch(step);
  const hidden = Buffer.from(event('a-1').toString().replace('"alice"', '"eve"'));
  expect(await accept(delivery([event('a-1'), hidden]))).toEqual({ accepted: 2, rejected: 0 });
  const requests = recordsIn(step.sent).map(({ requestId }) => requestId);
  expect(new Set(requests).size).toBe(2);
  expect(notices).toMatchObject([
    { action: 'audit-id-reused', details: { other: requests[0], request: requests[1] } },
  ]);
  await accept(delivery([event('a-1'), hidden]));
  expect(notices).toHaveLength(1);
});

it('tells of nothing that did not become durable', async () => {
  const step = rig((records) => Promise.resolve(records.slice(1)));
  const accept = await watch(step);
  const hidden = Buffer.from(event('a-1').toString().replace('"alice"', '"eve"'));
  await accept(delivery([event('a-1'), hidden]));
  expect(notices).toEqual([]);
});
