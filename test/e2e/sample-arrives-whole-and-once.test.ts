import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect, type Connections } from '../../cli/src/pipeline/pipeline.ts';
import { readManifest, type SampleManifest } from '../../cli/src/sample/manifest.ts';
import { textAt } from '../../cli/src/view/fields.ts';
import { type Hit } from '../../cli/src/adapters/opensearch.ts';
import { documentsOfAll, findingsOf } from '../support/documents.ts';
import { engineAddresses } from '../support/engines.ts';
import { expectedDetectionKeys, expectedEvents } from '../support/golden.ts';
import { servicePorts } from '../support/ports.ts';
import { type CliResult, lastLine, runCli } from '../support/run-cli.ts';

jest.setTimeout(300_000);

let data: string;
let env: Record<string, string>;
let connections: Connections;
let manifest: SampleManifest;
let first: CliResult;

/** Sends the sample as `npm start -- --once --json` does, on the engines of this stage. */
const once = (): Promise<CliResult> =>
  runCli(['start', '--once', '--json', '--engines', 'external'], env);

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'auditstream-sample-'));
  env = { ...(await servicePorts()), AUDITSTREAM_DATA_DIR: data };
  connections = connect(engineAddresses());
  manifest = await readManifest();
  first = await once();
});

afterAll(async () => {
  await connections.openSearch.close();
  await rm(data, { recursive: true, force: true });
});

const documents = (index: string): Promise<readonly Hit[]> =>
  documentsOfAll(connections.openSearch, index, Object.keys(manifest.clusters));

const foundDetections = (): Promise<readonly string[]> =>
  findingsOf(connections.openSearch, Object.keys(manifest.clusters));

describe('the sample', () => {
  it('arrives whole, and the summary says so', () => {
    expect({ code: first.code, stderr: first.code === 0 ? '' : first.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    expect(lastLine(first)).toEqual({
      accepted: manifest.total,
      indexed: manifest.distinct,
      repeats: 0,
      deadLetters: 0,
      detections: expectedDetectionKeys.length,
      engines: 'external',
    });
  });

  it('is one document for each distinct event, with who, what and what became of it', async () => {
    const events = await documents('audit-events');
    expect(new Set(events.map(({ _id }) => _id)).size).toBe(manifest.distinct);
    for (const { _id, _source } of events) {
      expect(textAt(_source, 'event.id')).toBe(_id);
      for (const field of ['@timestamp', 'user.name', 'event.action', 'event.outcome']) {
        expect({ _id, field, text: textAt(_source, field) }).not.toMatchObject({ text: '-' });
      }
    }
  });

  it('has the outcomes and the unknown actors that a reader of the events counts', async () => {
    const events = await documents('audit-events');
    const count = (source: string, field: string, value: string): number =>
      events.filter(
        ({ _source }) =>
          textAt(_source, 'auditstream.source') === source && textAt(_source, field) === value,
      ).length;
    for (const source of ['kubernetes', 'docker'] as const) {
      expect(count(source, 'user.name', 'unknown')).toBe(expectedEvents.unknownActor[source]);
      for (const [outcome, expected] of Object.entries(expectedEvents.outcomes[source])) {
        expect({ outcome, count: count(source, 'event.outcome', outcome) }).toEqual({
          outcome,
          count: expected,
        });
      }
    }
  });

  it('meets the rules where a reader of events and rules says it does', async () => {
    expect(await foundDetections()).toEqual(expectedDetectionKeys);
  });

  it('is marked as a replay, and so is all that is found in it', async () => {
    const marks = [...(await documents('audit-events')), ...(await documents('audit-detections'))];
    const origins = marks.map(({ _source }) => textAt(_source, 'auditstream.origin'));
    expect(new Set(origins)).toEqual(new Set(['replay']));
  });

  it('adds only repeats when it is sent again', async () => {
    const before = await foundDetections();
    const second = await once();
    expect(second.code).toBe(0);
    expect(lastLine(second)).toMatchObject({
      accepted: manifest.total,
      indexed: manifest.distinct,
      repeats: manifest.total,
      deadLetters: 0,
      detections: expectedDetectionKeys.length,
    });
    expect(await foundDetections()).toEqual(before);
  });
});
