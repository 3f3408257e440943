/** The spool on a disk. docs/ingest.md is the contract. */
import { randomBytes } from 'node:crypto';
import { type ScannedSegment, scanSegment } from '../../domain/spool-scan.ts';
import { frameContentOf, saltBytes, segmentHeaderBytes } from '../../domain/spool-segment.ts';
import { type Spool, SpoolError, type SpoolPlace } from '../../spool.ts';
import { lockFolder } from './folder-lock.ts';
import { openSpoolFolder, type SpoolFolder } from './spool-folder.ts';
import { readHead } from './spool-head.ts';
import { readNext, saveHead } from './spool-reader.ts';
import {
  bytesOf,
  damagedName,
  diskError,
  reportDamage,
  reportDepth,
  type Segment,
  segmentName,
  type SpoolState,
  type SpoolTelemetry,
} from './spool-state.ts';
import { closeActive, writePending } from './spool-writer.ts';

export interface SpoolLimits {
  /** Bytes that all files may take together. */
  readonly maxBytes: number;
  readonly telemetry: SpoolTelemetry;
}

/**
 * Opens the spool in a folder, which is made where it is missing, and locks it.
 * @throws SpoolError 'locked' where another process has it; rejects where the folder can't be used
 */
export async function openSpool(path: string, limits: SpoolLimits): Promise<Spool> {
  const folder = await openSpoolFolder(path);
  const lock = await lockFolder(path);
  if (lock === null) {
    const message = `Another process uses the spool in ${path}: stop it, or set AUDITSTREAM_INGEST_SPOOL_DIR to a folder of this one's own.`;
    throw new SpoolError('locked', message);
  }
  try {
    const spool = await openSpoolIn(folder, limits);
    return {
      ...spool,
      async close() {
        await spool.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const largestSegmentBytes = 16 * 1024 * 1024;
/** Of a small spool, too, most can be given back while the rest is drained. */
const leastSegments = 8;
const saveHeadEveryMs = 200;

/** Opens the spool in a folder that nobody else uses: looks at all that was left behind. */
export async function openSpoolIn(folder: SpoolFolder, limits: SpoolLimits): Promise<Spool> {
  const state = await recover(folder, limits);
  reportDepth(state);
  let savedAt = performance.now();
  let isClosed = false;
  let written = Promise.resolve();

  const put = (records: Parameters<Spool['append']>[0], limit: number): Promise<SpoolPlace> => {
    const contents = records.map(frameContentOf);
    const bytes = contents.reduce((sum, { size }) => sum + size, 0);
    if (bytesOf(state) + bytes + segmentHeaderBytes > limit) return Promise.reject(full(limit));
    return new Promise((resolve, reject) => {
      state.reserved += bytes;
      state.pending.push({ contents, bytes, resolve, reject });
      if (!state.isWriting) written = writePending(state);
    });
  };
  return {
    append(records, limitBytes = limits.maxBytes) {
      if (isClosed) return Promise.reject(diskError('The spool is closed.', undefined));
      return put(records, Math.min(limitBytes, limits.maxBytes));
    },
    read: (maxBytes) => readNext(state, maxBytes),
    async advance(to, records) {
      state.head = to;
      state.records = Math.max(0, state.records - records);
      limits.telemetry.count('ingest_drained_records_total', {}, records);
      reportDepth(state);
      if (performance.now() - savedAt < saveHeadEveryMs) return;
      savedAt = performance.now();
      await saveHead(state);
    },
    isEmpty: () => state.segments.length === 0 && !state.isWriting,
    depth: () => ({ bytes: bytesOf(state), records: state.records }),
    async close() {
      isClosed = true;
      await written;
      await saveHead(state);
      await closeActive(state);
    },
  };
}

function full(limit: number): SpoolError {
  return new SpoolError('full', `The spool has no room within ${limit} bytes.`);
}

const segmentPattern = /^(\d{12})\.segment$/;
const anyPattern = /^(\d{12})\.(?:segment|damaged)$/;

async function recover(
  folder: SpoolFolder,
  { maxBytes, telemetry }: SpoolLimits,
): Promise<SpoolState> {
  const names = await folder.list();
  const head = (await readHead(folder)) ?? { segment: 0, offset: 0 };
  const nextNumber = Math.max(head.segment, ...numbersOf(names, anyPattern)) + 1;
  const state: SpoolState = {
    ...{ folder, telemetry, maxBytes, head, nextNumber },
    segmentBytes: Math.min(largestSegmentBytes, Math.ceil(maxBytes / leastSegments)),
    newSalt: () => randomBytes(saltBytes),
    ...{ segments: [], active: null, records: 0, pending: [], reserved: 0 },
    ...{ isWriting: false, waiting: [] },
  };
  for (const number of numbersOf(names, segmentPattern)) {
    if (number < head.segment) await folder.remove(segmentName(number));
    else await takeUp(number, state);
  }
  const first = state.segments[0];
  if (first !== undefined && first.number !== head.segment) {
    state.head = { segment: first.number, offset: segmentHeaderBytes };
  }
  if (state.records > 0) {
    const fields = { records: state.records, bytes: bytesOf(state) };
    telemetry.log.info(fields, 'The spool holds records from before; they are sent first.');
  }
  return state;
}

function numbersOf(names: readonly string[], pattern: RegExp): readonly number[] {
  const numbers = names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);
  return numbers.sort((a, b) => a - b);
}

/** Adds a segment that was left behind. */
async function takeUp(number: number, state: SpoolState): Promise<void> {
  const { folder, head, segments } = state;
  const bytes = (await folder.read(segmentName(number))) ?? Buffer.alloc(0);
  const scanned = scanSegment(bytes);
  if (scanned.salt === null) return setAside(number, { ...scanned, bytes: bytes.length }, state);
  const { salt, gaps, starts, end } = scanned;
  const isDamaged = gaps.some((gap) => gap.isDamage);
  const segment: Segment = { number, salt, gaps, end, size: bytes.length, isDamaged };
  segments.push(segment);
  for (const { from, to, isDamage } of gaps) {
    if (isDamage) reportDamage(state, number, to - from);
  }
  const offset = number === head.segment ? boundaryAt(scanned, head.offset) : segmentHeaderBytes;
  if (number === head.segment) state.head = { segment: number, offset };
  state.records += starts.filter((start) => start >= offset).length;
}

/** A head that points into a frame is not ours: the whole segment is drained. */
function boundaryAt({ starts, end, gaps }: ScannedSegment, offset: number): number {
  if (offset >= end) return end;
  const isBoundary = starts.includes(offset) || gaps.some(({ from }) => from === offset);
  return isBoundary ? offset : segmentHeaderBytes;
}

async function setAside(
  number: number,
  { isDamaged, bytes }: { readonly isDamaged: boolean; readonly bytes: number },
  state: SpoolState,
): Promise<void> {
  const name = segmentName(number);
  if (!isDamaged) return state.folder.remove(name);
  reportDamage(state, number, bytes);
  return state.folder.rename(name, damagedName(number));
}
