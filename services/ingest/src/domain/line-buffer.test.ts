import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openBodyCutter } from './cut-bodies.ts';
import { createLineBuffer, type Lines } from './line-buffer.ts';

function cut(chunks: readonly Buffer[], maxLineBytes = 100): Lines & { readonly rest: Lines } {
  const buffer = createLineBuffer(maxLineBytes);
  const found = chunks.map((chunk) => buffer.push(chunk));
  return {
    lines: found.flatMap(({ lines }) => lines),
    cut: new Map(found.flatMap(({ cut: entries }) => [...entries])),
    oversized: found.flatMap(({ oversized }) => oversized),
    completedBytes: found.reduce((sum, { completedBytes }) => sum + completedBytes, 0),
    rest: buffer.flush(),
  };
}

/** The text in chunks that end at any place. */
const chunked = fc
  .tuple(
    fc.string({ unit: fc.constantFrom('a', '\u00e9', ' ', '\r', '\n'), maxLength: 60 }),
    fc.array(fc.nat(8)),
  )
  .map(([text, sizes]) => {
    const bytes = Buffer.from(text);
    const ends = sizes
      .map(
        (
          (at) => (size: number) =>
            (at += size)
        )(0),
      )
      .filter((end) => end < bytes.length);
    return [0, ...ends].map((start, i) => bytes.subarray(start, ends[i] ?? bytes.length));
  });

describe('the line buffer', () => {
  it('finds the same lines wherever the chunks end', () => {
    fc.assert(
      fc.property(chunked, (chunks) => {
        const text = Buffer.concat(chunks).toString();
        const all = text.split('\n');
        const complete = all.slice(0, -1);
        const found = cut(chunks);
        expect(found.lines.map(String)).toEqual(
          complete.map((line) => line.replace(/\r$/, '')).filter((line) => line.trim() !== ''),
        );
        expect(found.completedBytes).toBe(
          Buffer.byteLength(text) - Buffer.byteLength(all.at(-1) ?? ''),
        );
      }),
    );
  });

  it('keeps the exact bytes of a line', () => {
    const line = Buffer.from([0x20, 0xff, 0x00, 0x0d, 0x41]);
    const { lines } = cut([Buffer.concat([line, Buffer.from('\r\n')])]);
    expect(lines).toEqual([line]);
  });

  it('holds a line without an end until it is asked for', () => {
    const { lines, completedBytes, rest } = cut([Buffer.from('one\ntw'), Buffer.from('o')]);
    expect([lines.map(String), completedBytes]).toEqual([['one'], 4]);
    expect([rest.lines.map(String), rest.completedBytes]).toEqual([['two'], 3]);
  });

  it('counts a line that is too long instead of holding it', () => {
    const chunks = ['ab\n', 'x'.repeat(60), 'x'.repeat(60), 'x\n', 'cd\n'].map((text) =>
      Buffer.from(text),
    );
    const { lines, oversized, completedBytes } = cut(chunks);
    expect([lines.map(String), oversized, completedBytes]).toEqual([['ab', 'cd'], [121], 128]);
  });

  it('takes the bodies out of a line that is too long, wherever the chunks end', () => {
    const rule = { path: [new Set(['body'])], keepBytes: 0 };
    const line = `{"id":1,"body":"${'x'.repeat(200)}","n":12345678901234567890}`;
    const left = '{"id":1,"body":{"auditstream.truncated":{"bytes":202}},"n":12345678901234567890}';
    const bytes = Buffer.from(`first\n${line}\r\nlast\n`);
    for (let size = 1; size <= bytes.length; size += 7) {
      const buffer = createLineBuffer(100, () => openBodyCutter(rule, 100));
      const found = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        buffer.push(bytes.subarray(at * size, (at + 1) * size)),
      );
      const lines = found.flatMap((one) => one.lines);
      expect(lines.map(String)).toEqual(['first', left, 'last']);
      expect(found.flatMap(({ cut: entries }) => [...entries])).toEqual([[lines[1], 202]]);
      expect(found.reduce((sum, { completedBytes }) => sum + completedBytes, 0)).toBe(bytes.length);
    }
  });

  it('takes a line of exactly the limit', () => {
    const { lines, oversized } = cut([Buffer.from(`${'x'.repeat(100)}\n${'y'.repeat(101)}\n`)]);
    expect([lines.length, oversized]).toEqual([1, [101]]);
  });
});
