import { describe, expect, it } from '@jest/globals';
import { type DocumentReader, type Hit, type Json } from '../adapters/opensearch.ts';
import { listDetections, showDetection, tailDetections } from './detections.ts';

/** What an event can carry into a detection: an escape, a one-character one, a line feed, a fake of it. */
const hostile = 'a\u001b[2J b\u009b2J c\nd \\u000a e';
const detection = {
  '@timestamp': `2026-11-22T01:56:48Z${hostile}`,
  message: hostile,
  user: { name: hostile },
  event: { ingested: '2026-11-22T01:56:49Z' },
  auditstream: { detection: { level: hostile, revision: 1 } },
};

function reader(documents: readonly Json[]): DocumentReader {
  return {
    count: () => Promise.resolve(documents.length),
    refresh: () => Promise.resolve(),
    search: () => Promise.resolve(documents.map((_source, at) => ({ _id: String(at), _source }))),
  };
}

/** The first search finds nothing, so that everything later is new. */
async function tail(json: boolean): Promise<string> {
  const stopping = new AbortController();
  const lines: string[] = [];
  let asked = 0;
  const tailed: DocumentReader = {
    ...reader([]),
    search: (...search) => reader((asked += 1) === 1 ? [] : [detection]).search(...search),
  };
  const pause = (): Promise<void> => {
    stopping.abort();
    return Promise.resolve();
  };
  await tailDetections({ json, signal: stopping.signal }, { reader: tailed, pause }, (line) =>
    lines.push(line),
  );
  return lines.join('\n');
}

const ports = { reader: reader([detection]), now: 0 };
const shown: Readonly<Record<string, (json: boolean) => Promise<string>>> = {
  list: (json) => listDetections({ limit: 1, json }, ports),
  show: (json) => showDetection('0', { json }, ports.reader),
  tail,
};

describe.each(Object.entries(shown))('detections %s', (_name, run) => {
  it.each([true, false])('moves no cursor, whatever an event holds (json: %s)', async (json) => {
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(await run(json)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('gives scripts the document as it is, on one line', async () => {
    expect(JSON.parse(await run(true))).toEqual(detection);
  });
});

describe('detections show', () => {
  it('breaks lines only where the document does', async () => {
    const document = JSON.stringify(detection, null, 2);
    const text = await showDetection('0', { json: false }, ports.reader);
    expect(text.split('\n')).toHaveLength(document.split('\n').length + 2);
  });

  it('says that there is none', async () => {
    const asking = showDetection('x', { json: false }, reader([]));
    await expect(asking).rejects.toMatchObject({ exitCode: 1 });
  });
});

describe('detections tail', () => {
  const found = (id: string, second: number): Hit => {
    const ingested = `2026-11-22T01:56:${String(second).padStart(2, '0')}.000Z`;
    return { _id: id, _source: { message: id, event: { ingested } }, sort: [second, id] };
  };
  const before = found('before', 30);
  const late = found('late', 20);
  const many = Array.from({ length: 501 }, (_, at) => found(`many-${at}`, 40));

  /** What a search finds, in the order of ingestion. */
  function search(visible: readonly Hit[], body: Json): readonly Hit[] {
    const from = (body['search_after'] as readonly unknown[] | undefined)?.[1];
    const at = visible.findIndex(({ _id }) => _id === from);
    return visible.slice(at + 1).slice(0, Number(body['size']));
  }

  it('leaves out what was there, misses no straggler, and reads on past a page', async () => {
    const stopping = new AbortController();
    const states = [[before], [late, before], [late, before, ...many]];
    let now = 0;
    const growing: DocumentReader = {
      ...reader([]),
      search: (_, body) => Promise.resolve(search(states[now] ?? [], body)),
    };
    const pause = (): Promise<void> => {
      now += 1;
      if (now === states.length) stopping.abort();
      return Promise.resolve();
    };
    const lines: string[] = [];
    const { signal } = stopping;
    await tailDetections({ json: true, signal }, { reader: growing, pause }, (line) =>
      lines.push((JSON.parse(line) as { message: string }).message),
    );
    expect(lines).toEqual([late, ...many].map(({ _id }) => _id));
  });
});
