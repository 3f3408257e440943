import { describe, expect, it } from '@jest/globals';
import { type Write } from './domain/write.ts';
import { createFakeStore } from './fake-store.ts';
import { StoreError } from './store.ts';
import { writeAll } from './write-bulk.ts';

const { signal } = new AbortController();

function writesOf(count: number, text = ''): readonly Write[] {
  return Array.from({ length: count }, (_, at) => ({
    ...({ type: 'create', index: 'i', id: String(at), document: { text } } as const),
  }));
}

describe('writeAll', () => {
  it('sends at most 1,000 documents at a time, in order', async () => {
    const store = createFakeStore();
    const outcomes = await writeAll(store, writesOf(2_001), signal);
    expect(outcomes).toHaveLength(2_001);
    expect(new Set(outcomes.map(({ type }) => type))).toEqual(new Set(['done']));
    expect(store.requests.map((body) => body.trimEnd().split('\n').length / 2)).toEqual([
      1_000, 1_000, 1,
    ]);
  });

  it('sends at most 8 MiB at a time', async () => {
    const store = createFakeStore();
    await writeAll(store, writesOf(5, 'x'.repeat(3_000_000)), signal);
    expect(store.requests).toHaveLength(3);
  });

  it('sends nothing for nothing', async () => {
    const store = createFakeStore();
    expect(await writeAll(store, [], signal)).toEqual([]);
    expect(store.requests).toEqual([]);
  });

  it('leaves the rest for a retry after a request that failed as a whole', async () => {
    const store = createFakeStore();
    const cause = new StoreError('unavailable', '429');
    let requests = 0;
    const bulk: typeof store.bulk = async (body) => {
      requests += 1;
      return requests === 1 ? store.bulk(body) : Promise.reject(cause);
    };
    const outcomes = await writeAll({ bulk }, writesOf(3_000), signal);
    expect(requests).toBe(2);
    expect(outcomes.slice(0, 1_000).every(({ type }) => type === 'done')).toBe(true);
    expect(outcomes.slice(1_000)).toEqual(Array(2_000).fill({ type: 'retry', cause }));
  });

  it('takes half an answer for none', async () => {
    const bulk = async () => Promise.resolve([{ status: 201 }]);
    const outcomes = await writeAll({ bulk }, writesOf(2), signal);
    expect(outcomes).toMatchObject([
      { type: 'retry', cause: { code: 'unreachable' } },
      { type: 'retry', cause: { code: 'unreachable' } },
    ]);
  });

  it('halves what is too big, and rejects what is too big alone', async () => {
    const store = createFakeStore();
    const bulk: typeof store.bulk = async (body) =>
      body.length > 500 ? Promise.reject(new StoreError('too-big', '413')) : store.bulk(body);
    const small = writesOf(9, 'x'.repeat(100));
    const big: Write = { type: 'create', index: 'i', id: 'big', document: { x: 'x'.repeat(600) } };
    const outcomes = await writeAll({ bulk }, [...small, big], signal);
    expect(outcomes.map(({ type }) => type)).toEqual([
      ...Array<string>(9).fill('done'),
      'rejected',
    ]);
    expect(outcomes.at(-1)).toMatchObject({ rejection: { code: 'too-big' } });
  });

  it('sends nothing more once the partition is lost', async () => {
    const store = createFakeStore();
    const outcomes = await writeAll(store, writesOf(2), AbortSignal.abort('lost'));
    expect(outcomes).toEqual(Array(2).fill({ type: 'retry', cause: 'lost' }));
    expect(store.requests).toEqual([]);
  });
});
