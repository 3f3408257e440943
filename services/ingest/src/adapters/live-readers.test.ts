import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Logger } from '@auditstream/runtime/logger';
import { type Accept } from '../delivery.ts';
import { type Source } from '../domain/sources.ts';
import { startLiveReaders } from './live-readers.ts';

const nothing = (): void => undefined;
const log: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => log,
};
const telemetry = { log, count: nothing, set: nothing };

let folder: string;
let delivered: string[];
let listed: readonly Source[];

const accept: Accept = ({ cluster, items }) => {
  for (const item of items) delivered.push(`${cluster} ${item.toString('utf8')}`);
  return Promise.resolve({ accepted: items.length, rejected: 0 });
};
const sources = { current: () => listed, refresh: () => Promise.resolve() };

function logOf(cluster: string): Source {
  return { kind: 'kubernetes-log', cluster, origin: 'live', files: [join(folder, cluster)] };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`In vain; delivered were ${delivered.join(', ')}.`);
    await delay(20);
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'live-readers-'));
  delivered = [];
  for (const name of ['a', 'b']) await writeFile(join(folder, name), `of ${name}\n`);
});
afterEach(() => rm(folder, { recursive: true }));

describe('readers', () => {
  it('come and go with their sources, and go on where they were', async () => {
    listed = [logOf('a')];
    const readers = await startLiveReaders({
      ...{ sources, folder: join(folder, 'state'), accept, telemetry, everyMs: 20 },
      notify: () => Promise.resolve(),
      now: Date.now,
    });
    await until(() => delivered.includes('a of a'));
    listed = [logOf('b')];
    await until(() => delivered.includes('b of b'));
    await writeFile(join(folder, 'a'), 'more of a\n', { flag: 'a' });
    await writeFile(join(folder, 'b'), 'more of b\n', { flag: 'a' });
    await until(() => delivered.includes('b more of b'));
    expect(delivered).toEqual(['a of a', 'b of b', 'b more of b']);
    listed = [logOf('a'), logOf('b')];
    await until(() => delivered.includes('a more of a'));
    await readers.stop();
    expect(delivered).toEqual(['a of a', 'b of b', 'b more of b', 'a more of a']);
  });
});
