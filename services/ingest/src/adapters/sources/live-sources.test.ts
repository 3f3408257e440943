import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSources } from './live-sources.ts';

const engine = (name: string): string =>
  `  - { kind: docker-engine, cluster: ${name}, socket: ${name} }\n`;
const listOf = (...names: readonly string[]): string => `sources:\n${names.map(engine).join('')}`;

let folder: string;
let path: string;
let told: string[];

const note =
  (kind: string) =>
  (fields: object, message: string): void => {
    const { error } = fields as { error?: Error };
    told.push(`${kind}: ${message} ${error?.message ?? ''}`.trim());
  };
const telemetry = {
  count: (name: string, labels: object): void => {
    told.push(`${name} ${JSON.stringify(labels)}`);
  },
  log: { info: note('info'), warn: note('warn'), error: note('error') },
};

const open = () => openSources(path, telemetry as never);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'live-sources-'));
  path = join(folder, 'sources.yaml');
  told = [];
  await writeFile(path, listOf('a'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the sources file', () => {
  it('has to be right at the start', async () => {
    await writeFile(path, 'sources: [{ kind: carrier-pigeon }]');
    await expect(open()).rejects.toThrow('sources.yaml:1:19: kind: expected one of');
  });

  it('gives the same list as long as it does not change', async () => {
    const sources = await open();
    const before = sources.current();
    await sources.refresh();
    expect(sources.current()).toBe(before);
    expect(told).toEqual([]);
  });

  it('is taken anew once two looks have seen the same change', async () => {
    const sources = await open();
    await writeFile(path, listOf('a', 'b'));
    await sources.refresh();
    expect(sources.current()).toHaveLength(1);
    await writeFile(path, listOf('a', 'b', 'c'));
    await sources.refresh();
    expect(sources.current()).toHaveLength(1);
    await sources.refresh();
    expect(sources.current().map(({ cluster }) => cluster)).toEqual(['a', 'b', 'c']);
    expect(told).toEqual([
      'ingest_sources_reloads_total {"result":"taken"}',
      'info: The sources have changed.',
    ]);
  });

  it('changes nothing while it is broken, and is told of once, with its place', async () => {
    const sources = await open();
    await writeFile(path, `${listOf('b')}  - kind: docker\n`);
    for (let look = 0; look < 4; look += 1) await sources.refresh();
    expect(sources.current().map(({ cluster }) => cluster)).toEqual(['a']);
    expect(told).toEqual([
      'ingest_sources_reloads_total {"result":"refused"}',
      expect.stringMatching(/^error: The sources stay as they were: .*sources\.yaml:3:11: kind: /),
    ]);
    await writeFile(path, listOf('b'));
    for (let look = 0; look < 2; look += 1) await sources.refresh();
    expect(sources.current().map(({ cluster }) => cluster)).toEqual(['b']);
  });

  it('keeps its sources while it is away', async () => {
    const sources = await open();
    await rm(path);
    for (let look = 0; look < 3; look += 1) await sources.refresh();
    expect(sources.current()).toHaveLength(1);
    expect(told).toEqual([]);
  });
});
