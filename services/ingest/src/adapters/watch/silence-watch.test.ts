import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Notice } from '../../domain/notice.ts';
import { type Source } from '../../domain/sources.ts';
import { openCheckpoints } from '../checkpoints.ts';
import { type SilenceWatch, startSilenceWatch } from './silence-watch.ts';

const front: Source = {
  kind: 'kubernetes-webhook',
  cluster: 'production',
  origin: 'live',
  name: 'front',
  credentials: [],
  silentAfter: 600_000,
};
const engine: Source = {
  ...{ kind: 'docker-engine', cluster: 'engine-1', origin: 'live', name: 'engine' },
  address: { type: 'unix', path: '/engine.sock' },
  silentAfter: 600_000,
};
const minute = 60_000;
const start = 1_795_312_600_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silence-'));
});

afterEach(() => rm(folder, { recursive: true }));

interface Rig extends SilenceWatch {
  readonly notices: readonly Notice[];
  readonly seconds: ReadonlyMap<string, number>;
  /** Lets time go by, and one look be taken. */
  readonly pass: (ms: number) => Promise<void>;
}

async function rig(sources: readonly Source[], isDurable = true): Promise<Rig> {
  const notices: Notice[] = [];
  const seconds = new Map<string, number>();
  let now = start;
  let [look, arrived] = [ignore, ignore];
  const waiting = (): Promise<void> => new Promise((resolve) => (arrived = resolve));
  let idle = waiting();
  const watch = await startSilenceWatch({
    sources: () => sources,
    checkpoints: await openCheckpoints(folder),
    notify: (notice) => {
      notices.push(notice);
      return isDurable ? Promise.resolve() : new Promise(ignore);
    },
    now: () => now,
    telemetry: {
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => never() },
      set: (_metric, labels, value) => void seconds.set(Object.values(labels).join(), value),
    },
    untilNextLook: (signal) =>
      new Promise((resolve) => {
        look = resolve;
        signal.addEventListener('abort', () => {
          resolve();
        });
        arrived();
      }),
  });
  await idle;
  return {
    ...{ ...watch, notices, seconds },
    async pass(ms) {
      now += ms;
      idle = waiting();
      look();
      await idle;
    },
  };
}

function ignore(): void {
  return undefined;
}

function never(): never {
  throw new Error('not called');
}

const told = ({ notices }: Rig): readonly string[] =>
  notices.map(({ action, subject }) => `${action} ${subject.name}`);

describe('the watch for silence', () => {
  it('tells once of a source that has never sent anything, and once that it sends', async () => {
    const watch = await rig([front]);
    await watch.pass(9 * minute);
    expect(watch.notices).toEqual([]);
    await watch.pass(minute);
    await watch.pass(60 * minute);
    expect(told(watch)).toEqual(['source-silent front']);
    expect(watch.notices[0]).toMatchObject({
      ...{ cluster: 'production', from: start * 1_000 },
      subject: { type: 'kubernetes-webhook', name: 'front' },
      details: { silentAfter: '10m', heard: 'never' },
    });
    watch.heard('front', 'event');
    watch.heard('front', 'event');
    expect(told(watch)).toEqual(['source-silent front', 'source-resumed front']);
    expect(watch.notices[1]).toMatchObject({
      ...{ from: start * 1_000, to: (start + 70 * minute) * 1_000 },
    });
    await watch.stop();
  });

  it('says how long ago the last event of each source came', async () => {
    const watch = await rig([front, engine]);
    watch.heard('engine', 'answer');
    await watch.pass(2 * minute);
    watch.heard('front', 'event');
    await watch.pass(3 * minute);
    expect(Object.fromEntries(watch.seconds)).toEqual({ front: 180, engine: 300 });
    await watch.stop();
  });

  it('takes an answer of an engine for a sign, and its absence for silence', async () => {
    const watch = await rig([engine]);
    for (let looks = 0; looks < 5; looks += 1) {
      await watch.pass(9 * minute);
      watch.heard('engine', 'answer');
    }
    expect(watch.notices).toEqual([]);
    await watch.pass(10 * minute);
    expect(told(watch)).toEqual(['source-silent engine']);
    watch.heard('engine', 'answer');
    expect(told(watch)).toEqual(['source-silent engine', 'source-resumed engine']);
    await watch.stop();
  });

  it('does not tell again after a restart what was told', async () => {
    const before = await rig([front]);
    await before.pass(10 * minute);
    await before.pass(minute);
    await before.stop();
    const after = await rig([front]);
    await after.pass(60 * minute);
    expect(after.notices).toEqual([]);
    after.heard('front', 'event');
    expect(told(after)).toEqual(['source-resumed front']);
    await after.pass(minute);
    await after.stop();
    const last = await rig([front]);
    await last.pass(10 * minute);
    expect(told(last)).toEqual(['source-silent front']);
    await last.stop();
  });

  it('tells again after a restart what never became durable', async () => {
    const before = await rig([front], false);
    await before.pass(10 * minute);
    await before.stop();
    const after = await rig([front]);
    await after.pass(10 * minute);
    expect(told(after)).toEqual(['source-silent front']);
    await after.stop();
  });
});
