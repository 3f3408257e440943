import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Json } from '../../cli/src/adapters/opensearch.ts';
import { type Folders } from '../../cli/src/pipeline/folders.ts';
import { textAt, valueAt } from '../../cli/src/view/fields.ts';
import { documentsOfAll } from '../support/documents.ts';
import { batchOf } from '../support/load.ts';
import { type TestPipeline, startTestPipeline } from '../support/pipeline.ts';
import { postTo } from '../support/post.ts';
import { waitFor } from '../support/wait-for.ts';
import { tokenOf } from '../support/webhook-source.ts';

jest.setTimeout(240_000);

const mebibyte = 1024 * 1024;
const limit = 8 * mebibyte;
const cluster = 'large-events';
const prefix = '"kind":"Event","apiVersion":"audit.k8s.io/v1",';

/** A create of a pod whose body brings the event to exactly this size; JSON that has to be escaped in JSON. */
function eventOf(auditID: string, bytes: number, member = 'requestObject'): string {
  const text = (padding: string): string => {
    const body = `{"kind":"Pod","spec":{"containers":[{"image":"shop/web:1"}]},"note":"${padding}"}`;
    const least = `"level":"Request","auditID":"${auditID}","stage":"ResponseComplete"`;
    const request = `"requestURI":"/api/v1/namespaces/a/pods","verb":"create","user":{"username":"alice"}`;
    const object = `"objectRef":{"resource":"pods","namespace":"a","name":"web","apiVersion":"v1"}`;
    const times = `"stageTimestamp":"2026-11-22T01:55:02.491335Z"`;
    return `{${least},${request},${object},"${member}":${body},${times}}`;
  };
  const room = bytes - Buffer.byteLength(text(''));
  return text('\\"é'.repeat(Math.floor(room / 4)) + 'x'.repeat(room % 4));
}

const asLine = (item: string): string => `{${prefix}${item.slice(1)}\n`;

const whole = eventOf('whole', limit);
const above = eventOf('above', limit + 1);
const large = eventOf('large', 12 * mebibyte);
const huge = eventOf('huge', 40 * mebibyte);
const other = eventOf('other', 9 * mebibyte, 'annotations');

let pipeline: TestPipeline;
let documents: ReadonlyMap<string, Json>;

/** One cluster by both ways: what comes twice has to be one document. */
async function writeSources({ sourcesFile, data }: Folders): Promise<void> {
  const tokenSha256 = createHash('sha256').update(tokenOf(cluster)).digest('hex');
  const file = join(data, 'audit.log');
  const sources = [
    { kind: 'kubernetes-webhook', cluster, tokenSha256 },
    { kind: 'kubernetes-log', cluster, files: [file] },
  ];
  await mkdir(dirname(sourcesFile), { recursive: true });
  await writeFile(sourcesFile, JSON.stringify({ sources }));
  await writeFile(file, [whole, above, large, huge, other].map(asLine).join(''));
}

beforeAll(async () => {
  pipeline = await startTestPipeline({ writeSources });
  for (const item of [whole, above, large]) {
    await postTo(pipeline.ingestUrl, cluster, batchOf([item]));
  }
  const found = await waitFor(
    'all events',
    async () => {
      const hits = await documentsOfAll(pipeline.openSearch, 'audit-events', [cluster]);
      return hits.length >= 4 ? hits : undefined;
    },
    180_000,
  );
  documents = new Map(
    found.map(({ _source }) => [textAt(_source, 'kubernetes.audit.auditID'), _source]),
  );
  expect(found).toHaveLength(4);
});

afterAll(() => pipeline.stop());

function documentOf(auditID: string): Json {
  return documents.get(auditID) ?? {};
}

describe('an event of 8 MiB', () => {
  it('passes whole, with all that is read of it', () => {
    const original = textAt(documentOf('whole'), 'event.original');
    expect([whole, asLine(whole).trimEnd()].includes(original)).toBe(true);
    expect(valueAt(documentOf('whole'), 'auditstream.truncated_bytes')).toBeUndefined();
    expect(textAt(documentOf('whole'), 'container.image.name')).toContain('shop/web');
  });
});

describe('a larger event', () => {
  it.each([
    ['above', above],
    ['large', large],
    ['huge', huge],
  ])('keeps all but its body, and is marked: %s', (auditID, item) => {
    const [head = '', rest = ''] = item.split('"requestObject":');
    const body = rest.slice(0, rest.indexOf(',"stageTimestamp"'));
    const bytes = Buffer.byteLength(body);
    const left = `${head}"requestObject":{"auditstream.truncated":{"bytes":${bytes}}}${rest.slice(body.length)}`;
    const original = textAt(documentOf(auditID), 'event.original');
    expect([left, asLine(left).trimEnd()]).toContain(original);
    expect(valueAt(documentOf(auditID), 'auditstream.truncated_bytes')).toBe(bytes);
    expect(textAt(documentOf(auditID), 'container.image.name')).toBe('-');
  });

  it('is counted, by either way', async () => {
    const page = await (await fetch(`${pipeline.services.ingest.adminUrl}/metrics`)).text();
    const line = page.split('\n').find((text) => text.startsWith('auditstream_ingest_truncated'));
    expect(line).toMatch(/ 5$/);
  });

  it('is a dead letter where its bodies are not what makes it large', async () => {
    const letters = await waitFor('the dead letter', async () => {
      const found = await documentsOfAll(pipeline.openSearch, 'audit-dead-letters', [cluster]);
      return found.length > 0 ? found : undefined;
    });
    expect(letters.map(({ _source }) => textAt(_source, 'error.code'))).toEqual(['too-large']);
    const size = valueAt(letters[0]?._source ?? {}, 'auditstream.dead_letter.size');
    expect(size).toBe(Buffer.byteLength(asLine(other)) - 1);
  });

  it('leaves nothing of itself in the log', async () => {
    const log = await readFile(pipeline.services.ingest.logPath, 'utf8');
    expect(log).not.toContain('alice');
  });
});
