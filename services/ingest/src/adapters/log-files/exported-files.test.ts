import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogSource } from '../../domain/sources.ts';
import { type LogFolderRig, openLogFolder } from './log-files-rig.ts';

const exports = join(import.meta.dirname, '../../../testdata/exports');

let rig: LogFolderRig;

beforeEach(async () => {
  rig = await openLogFolder();
});
afterEach(() => rig.stopAll());

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('files that a managed service exported', () => {
  it('are followed, unwrapped, and named for where they are from', async () => {
    const source: LogSource = {
      ...({ kind: 'kubernetes-log', cluster: 'shop', origin: 'live', files: [rig.log] } as const),
      exported: { format: 'gke', exportedAs: 'some-project-cluster' },
    };
    const running = await rig.start({ sources: [source] });
    await appendFile(rig.log, await readFile(join(exports, 'gke-entries.jsonl')));
    await appendFile(rig.log, '{"torn\n');
    const golden = (await readFile(join(exports, 'gke-events.jsonl'), 'utf8')).trimEnd();
    const expected = [...golden.split('\n'), '{"torn'];
    await until(() => running.lines().length === expected.length);
    expect(running.lines()).toEqual(expected);
    expect(running.deliveries[0]).toMatchObject({
      ...{ source: 'kubernetes', cluster: 'shop', way: 'export', exporter: 'gke' },
    });
    const passedOver = { source_name: 'kubernetes-log/shop', reason: 'not-audit' };
    expect(running.metric('ingest_skipped_total', passedOver)).toBe(1);
    expect(running.logged).toContainEqual(expect.stringContaining('passed over'));
  });
});
