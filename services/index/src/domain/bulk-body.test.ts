import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chunksOf, halvesOf } from './bulk-body.ts';
import { type Write } from './write.ts';

function writeOf(id: string, text = ''): Write {
  return { type: 'create', index: 'i', id, document: { text } };
}

describe('chunksOf', () => {
  it('writes an action line and a document line for each write', () => {
    const writes: readonly Write[] = [
      writeOf('1', 'a\nb'),
      { type: 'replace', index: 'j', id: '2', document: {} },
      { type: 'upsert', index: 'k', id: '3', version: 5, document: {} },
    ];
    expect(chunksOf(writes, { bytes: 1_000, documents: 10 })).toEqual([
      {
        writes,
        body:
          '{"create":{"_index":"i","_id":"1"}}\n{"text":"a\\nb"}\n' +
          '{"index":{"_index":"j","_id":"2"}}\n{}\n' +
          '{"index":{"_index":"k","_id":"3","version":5,"version_type":"external"}}\n{}\n',
      },
    ]);
  });

  it('keeps order and limits; only a lone document exceeds the bytes', () => {
    const texts = fc.array(fc.string({ maxLength: 200, unit: 'grapheme' }), { maxLength: 40 });
    const limits = fc.record({
      bytes: fc.integer({ min: 1, max: 600 }),
      documents: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(texts, limits, (content, limit) => {
        const writes = content.map((text, at) => writeOf(String(at), text));
        const chunks = chunksOf(writes, limit);
        expect(chunks.flatMap((chunk) => chunk.writes)).toEqual(writes);
        for (const chunk of chunks) {
          expect(chunk.writes.length).toBeGreaterThan(0);
          expect(chunk.writes.length).toBeLessThanOrEqual(limit.documents);
          const fits = Buffer.byteLength(chunk.body) <= limit.bytes;
          expect(fits || chunk.writes.length === 1).toBe(true);
        }
      }),
    );
  });
});

describe('halvesOf', () => {
  it.each([
    [1, undefined],
    [2, [1, 1]],
    [5, [3, 2]],
  ])('cuts %d documents', (count, expected) => {
    const writes = Array.from({ length: count }, (_, at) => writeOf(String(at)));
    const [chunk] = chunksOf(writes, { bytes: Infinity, documents: Infinity });
    const halves = chunk === undefined ? [] : halvesOf(chunk);
    expect(halves?.map((half) => half.writes.length)).toEqual(expected);
  });
});
