/** Segments of the spool: a header with a salt, then frames. docs/ingest.md has the layout. */
import { crc32c } from './crc32c.ts';
import { decodeRecord, encodeRecordHead, type SpooledRecord } from './spool-record.ts';

export const segmentHeaderBytes = 32;
export const frameHeaderBytes = 16;
export const saltBytes = 16;

const segmentMagic = Buffer.from('ASPOOL01');
const frameMagic = Buffer.from([0xf5, 0x52, 0x45, 0x43]);

/** @param salt 16 random bytes: nobody who writes events can imitate a frame of this segment */
export function encodeSegmentHeader(salt: Buffer): Buffer {
  const header = Buffer.alloc(segmentHeaderBytes);
  segmentMagic.copy(header);
  salt.copy(header, segmentMagic.length);
  const checked = segmentHeaderBytes - 4;
  header.writeUInt32BE(crc32c(header.subarray(0, checked)), checked);
  return header;
}

/** @returns the salt; null where the bytes do not begin with a segment's header */
export function saltOf(segment: Buffer): Buffer | null {
  if (segment.length < segmentHeaderBytes) return null;
  const checked = segmentHeaderBytes - 4;
  const isHeader =
    segment.subarray(0, segmentMagic.length).equals(segmentMagic) &&
    segment.readUInt32BE(checked) === crc32c(segment.subarray(0, checked));
  // A copy: it outlives the segment's bytes.
  return isHeader
    ? Buffer.from(segment.subarray(segmentMagic.length, segmentMagic.length + saltBytes))
    : null;
}

/** Where a frame is written. */
export interface FramePlace {
  readonly salt: Buffer;
  /** Bytes of the segment before the frame. */
  readonly at: number;
  /** Bytes of the segment that are known to be on the disk. */
  readonly synced: number;
}

/** What is encoded once of a record, wherever it will be written. */
export interface FrameContent {
  readonly head: Buffer;
  readonly value: Buffer;
  /** Bytes of the whole frame. */
  readonly size: number;
}

export function frameContentOf(record: SpooledRecord): FrameContent {
  const head = encodeRecordHead(record);
  const { value } = record;
  return { head, value, size: frameHeaderBytes + head.length + value.length };
}

/** @returns the frame in pieces, in their order; the last is the record's value itself */
export function encodeFrame({ head, value }: FrameContent, place: FramePlace): readonly Buffer[] {
  const header = Buffer.alloc(frameHeaderBytes);
  frameMagic.copy(header);
  header.writeUInt32BE(head.length + value.length, 4);
  header.writeUInt32BE(place.synced, 8);
  const start = crcBefore(header, place);
  header.writeUInt32BE(crc32c(value, crc32c(head, start)), 12);
  return [header, head, value];
}

export type FrameRead =
  | {
      readonly type: 'frame';
      readonly content: Buffer;
      readonly end: number;
      readonly synced: number;
    }
  /** It may be one, but its bytes are not all here: it would end at `end`. */
  | { readonly type: 'incomplete'; readonly end: number }
  | { readonly type: 'invalid' };

/** A part of a segment, and where it begins. */
export interface SegmentPart {
  readonly bytes: Buffer;
  /** Bytes of the segment before `bytes`. */
  readonly from: number;
  readonly salt: Buffer;
}

/** Reads the frame that begins `at` bytes into the segment; `end` is counted from there, too. */
export function readFrame({ bytes, from, salt }: SegmentPart, at: number): FrameRead {
  const here = bytes.subarray(at - from);
  if (here.length < frameHeaderBytes) return { type: 'incomplete', end: at + frameHeaderBytes };
  const header = here.subarray(0, frameHeaderBytes);
  if (!header.subarray(0, 4).equals(frameMagic)) return { type: 'invalid' };
  const length = frameHeaderBytes + header.readUInt32BE(4);
  if (here.length < length) return { type: 'incomplete', end: at + length };
  const content = here.subarray(frameHeaderBytes, length);
  const synced = header.readUInt32BE(8);
  const crc = crc32c(content, crcBefore(header, { salt, at }));
  return crc === header.readUInt32BE(12)
    ? { type: 'frame', content, end: at + length, synced }
    : { type: 'invalid' };
}

/** The checksum of what stands before a frame's content: it ties the frame to its place. */
function crcBefore(header: Buffer, { salt, at }: Pick<FramePlace, 'salt' | 'at'>): number {
  const offset = Buffer.alloc(4);
  offset.writeUInt32BE(at);
  return crc32c(header.subarray(0, 12), crc32c(offset, crc32c(salt)));
}

/** Consecutive records of a segment. */
export interface ReadRecords {
  readonly records: readonly SpooledRecord[];
  /** Bytes of the segment before the first thing that was not read. */
  readonly end: number;
  /** Why reading ended: all of the part was read, a frame goes beyond it (to `needs`), or is none. */
  readonly rest: 'none' | 'incomplete' | 'invalid';
  readonly needs: number;
}

/** Reads all whole frames of a part that begins with one. */
export function readRecords(part: SegmentPart): ReadRecords {
  const records: SpooledRecord[] = [];
  const limit = part.from + part.bytes.length;
  let end = part.from;
  while (end < limit) {
    const frame = readFrame(part, end);
    if (frame.type === 'incomplete') return { records, end, rest: 'incomplete', needs: frame.end };
    if (frame.type === 'invalid') return { records, end, rest: 'invalid', needs: end };
    records.push(decodeRecord(frame.content));
    end = frame.end;
  }
  return { records, end, rest: 'none', needs: end };
}

/** Where the first whole frame behind `at` begins; undefined where there is none in this part. */
export function findFrame(part: SegmentPart, at: number): number | undefined {
  const { bytes, from } = part;
  let index = bytes.indexOf(frameMagic, at - from);
  while (index !== -1) {
    if (readFrame(part, from + index).type === 'frame') return from + index;
    index = bytes.indexOf(frameMagic, index + 1);
  }
  return undefined;
}
