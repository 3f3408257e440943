import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32c } from './crc32c.ts';
import { decodeRecord, encodeRecordHead, type SpooledRecord } from './spool-record.ts';
import { scanSegment } from './spool-scan.ts';
import {
  encodeFrame,
  encodeSegmentHeader,
  frameContentOf,
  readRecords,
  saltOf,
  segmentHeaderBytes,
} from './spool-segment.ts';

const salt = Buffer.from('0123456789abcdef');

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const records: fc.Arbitrary<SpooledRecord> = fc
  .record({
    topic: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    partition: fc.option(fc.nat(1_000), { nil: undefined }),
    key: fc.option(bytes),
    value: bytes,
    headers: fc.option(
      fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), bytes, { minKeys: 1, maxKeys: 3 }),
      { nil: undefined },
    ),
  })
  .map(({ partition, headers, ...rest }) => ({
    ...rest,
    ...(partition === undefined ? {} : { partition }),
    ...(headers === undefined ? {} : { headers: { ...headers } }),
  }));
const groups = fc.array(fc.array(records, { minLength: 1, maxLength: 4 }), { maxLength: 5 });

interface Written {
  readonly bytes: Buffer;
  /** Where each group ends, the header being the first. */
  readonly syncs: readonly number[];
  /** Where each record ends. */
  readonly ends: readonly number[];
}

/** A segment as the writer makes it: each group begins where the last was synced. */
function segmentOf(written: readonly (readonly SpooledRecord[])[]): Written {
  const pieces: Buffer[] = [encodeSegmentHeader(salt)];
  let at = segmentHeaderBytes;
  const [syncs, ends] = [[at], [] as number[]];
  for (const group of written) {
    const synced = at;
    for (const record of group) {
      const content = frameContentOf(record);
      pieces.push(...encodeFrame(content, { salt, at, synced }));
      at += content.size;
      ends.push(at);
    }
    syncs.push(at);
  }
  return { bytes: Buffer.concat(pieces), syncs, ends };
}

function wholeIn(segment: Buffer): ReturnType<typeof scanSegment> & { readonly salt: Buffer } {
  const scanned = scanSegment(segment);
  if (scanned.salt === null) throw new Error('The header was not read.');
  return scanned;
}

describe('CRC-32C', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 0],
    ['the check value of the catalogue of CRCs', Buffer.from('123456789'), 0xe3069283],
    ['32 zeros (RFC 3720 B.4)', Buffer.alloc(32), 0x8a9136aa],
    ['32 ones (RFC 3720 B.4)', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ])('of %s', (_, input, expected) => {
    expect(crc32c(input)).toBe(expected);
  });

  it('goes on from where it was', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(crc32c(b, crc32c(a))).toBe(crc32c(Buffer.concat([a, b])));
      }),
    );
  });
});

describe('a record in the spool', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(records, (record) => {
        const content = Buffer.concat([encodeRecordHead(record), record.value]);
        expect(decodeRecord(content)).toEqual(record);
      }),
    );
  });

  it('takes large values, and refuses names that do not fit', () => {
    const value = Buffer.alloc(8 * 1024 * 1024, 1);
    const record = { topic: 't', key: null, value };
    expect(decodeRecord(Buffer.concat([encodeRecordHead(record), value])).value).toHaveLength(
      value.length,
    );
    expect(() => encodeRecordHead({ ...record, topic: 'x'.repeat(65_536) })).toThrow('65535');
  });

  it('is told from bytes that end too early', () => {
    const head = encodeRecordHead({
      topic: 'topic',
      key: Buffer.from('k'),
      value: Buffer.from(''),
    });
    expect(() => decodeRecord(head.subarray(0, -3))).toThrow(RangeError);
  });
});

describe('a segment of the spool', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(groups, (written) => {
        const segment = segmentOf(written);
        const part = {
          bytes: segment.bytes.subarray(segmentHeaderBytes),
          from: segmentHeaderBytes,
        };
        const read = readRecords({ ...part, salt: saltOf(segment.bytes) ?? Buffer.alloc(0) });
        expect(read).toMatchObject({ rest: 'none', end: segment.bytes.length });
        expect(read.records).toEqual(written.flat());
        const { starts, gaps, end } = wholeIn(segment.bytes);
        expect({ count: starts.length, gaps, end }).toEqual({
          ...{ count: written.flat().length, gaps: [], end: segment.bytes.length },
        });
      }),
    );
  });

  it('cut at any byte, holds exactly the records before the cut, and never calls that damage', () => {
    fc.assert(
      fc.property(groups, (written) => {
        const { bytes: all, ends } = segmentOf(written);
        for (let cut = segmentHeaderBytes; cut <= all.length; cut += 1) {
          const { starts, gaps, end } = wholeIn(all.subarray(0, cut));
          const whole = ends.filter((at) => at <= cut);
          expect({ cut, count: starts.length, gaps, end }).toEqual({
            ...{ cut, count: whole.length, gaps: [], end: whole.at(-1) ?? segmentHeaderBytes },
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('whose last group was torn in any way, keeps all groups before it', () => {
    const torn = fc.tuple(groups, fc.array(fc.tuple(fc.double({ min: 0, max: 1 }), fc.nat(255))));
    fc.assert(
      fc.property(torn, ([written, changes]) => {
        const { bytes: all, syncs, ends } = segmentOf(written);
        const synced = syncs.at(-2) ?? segmentHeaderBytes;
        for (const [share, byte] of changes) {
          const at = synced + Math.floor(share * (all.length - synced));
          if (at < all.length) all[at] = byte;
        }
        const { starts, gaps } = wholeIn(all);
        const kept = starts.filter((start) => start < synced);
        expect(kept).toHaveLength(ends.filter((end) => end <= synced).length);
        expect(gaps.filter((gap) => gap.isDamage)).toEqual([]);
      }),
    );
  });

  it('tells damage from a torn write by what was synced later', () => {
    const record = { topic: 't', key: null, value: Buffer.from('value') };
    const { bytes: all, ends } = segmentOf([[record], [record, record], [record]]);
    const second = ends[0] ?? 0;
    all.writeUInt8(all.readUInt8(second + 20) ^ 0xff, second + 20);
    expect(wholeIn(all).gaps).toEqual([{ from: second, to: ends[1], isDamage: true }]);
    const withoutLast = all.subarray(0, ends[2]);
    expect(wholeIn(withoutLast).gaps).toEqual([{ from: second, to: ends[1], isDamage: false }]);
  });

  it('takes no frame of another segment, of another place or out of an event for its own', () => {
    const inner = Buffer.concat(
      encodeFrame(frameContentOf({ topic: 't', key: null, value: Buffer.from('forged') }), {
        ...{ salt: Buffer.alloc(16), at: 100, synced: 10_000 },
      }),
    );
    const { bytes: all, ends } = segmentOf([[{ topic: 't', key: null, value: inner }]]);
    all[segmentHeaderBytes] = 0;
    const moved = Buffer.concat([all, all.subarray(ends[0])]);
    expect(wholeIn(moved)).toMatchObject({ starts: [], gaps: [], end: segmentHeaderBytes });
  });

  it.each([
    ['nothing', Buffer.alloc(0), false],
    ['half a header', encodeSegmentHeader(salt).subarray(0, 20), false],
    ['a header that never came to the disk', Buffer.alloc(segmentHeaderBytes), false],
    ['frames without a header', Buffer.alloc(segmentHeaderBytes + 1), true],
  ])('with %s as its header is damaged: %p', (_, file, isDamaged) => {
    expect(scanSegment(file)).toEqual({ salt: null, isDamaged });
  });
});
