/** Appends to the spool. Those that wait together share one write and one sync. */
import {
  encodeFrame,
  encodeSegmentHeader,
  segmentHeaderBytes,
} from '../../domain/spool-segment.ts';
import {
  type Append,
  diskError,
  reportDepth,
  type Segment,
  segmentName,
  type SpoolState,
} from './spool-state.ts';

/** Bytes of one write, unless a single append is larger. */
const maxGroupBytes = 8 * 1024 * 1024;

/** Writes what is pending until nothing is; each append is settled by itself, and this never rejects. */
export async function writePending(state: SpoolState): Promise<void> {
  state.isWriting = true;
  while (state.pending.length > 0) {
    const group = takeGroup(state);
    try {
      await writeGroup(group, state);
    } catch (error) {
      await abandonSegment(state);
      const failure = diskError('The spool could not be written and synced.', error);
      for (const append of group) append.reject(failure);
    }
    state.isWriting = state.pending.length > 0;
    reportDepth(state);
    for (const wake of state.waiting.splice(0)) wake();
  }
}

function takeGroup(state: SpoolState): readonly Append[] {
  let bytes = 0;
  const tooMany = state.pending.findIndex((append) => (bytes += append.bytes) > maxGroupBytes);
  return state.pending.splice(0, tooMany === -1 ? state.pending.length : Math.max(1, tooMany));
}

async function writeGroup(group: readonly Append[], state: SpoolState): Promise<void> {
  try {
    state.active ??= await createSegment(state);
  } finally {
    // In one go with what follows: the group's bytes count as the segment's, or, without one, not at all.
    state.reserved -= group.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  const { segment, file } = state.active;
  const { salt, number } = segment;
  const synced = segment.end;
  const pieces: Buffer[] = [];
  let at = synced;
  const ends = group.map(({ contents }) => {
    for (const content of contents) {
      pieces.push(...encodeFrame(content, { salt, at, synced }));
      at += content.size;
    }
    return at;
  });
  segment.size = at;
  await file.write(pieces, synced);
  const begun = performance.now();
  await file.sync();
  state.telemetry.observe('ingest_spool_sync_seconds', {}, (performance.now() - begun) / 1000);
  segment.end = at;
  const records = group.reduce((sum, { contents }) => sum + contents.length, 0);
  state.records += records;
  state.telemetry.count('ingest_spooled_records_total', {}, records);
  for (const [index, append] of group.entries()) {
    append.resolve({ segment: number, offset: ends[index] ?? at });
  }
  if (at >= state.segmentBytes) await closeActive(state);
}

/** Its header and its name are synced before anything is written into it. */
async function createSegment(state: SpoolState): Promise<NonNullable<SpoolState['active']>> {
  const { folder } = state;
  const number = state.nextNumber;
  state.nextNumber += 1;
  const salt = state.newSalt();
  const file = await folder.create(segmentName(number));
  try {
    await file.write([encodeSegmentHeader(salt)], 0);
    await file.sync();
    await folder.sync();
  } catch (error) {
    await file.close().catch(ignore);
    await folder.remove(segmentName(number)).catch(ignore);
    throw error;
  }
  const [end, size] = [segmentHeaderBytes, segmentHeaderBytes];
  const segment: Segment = { number, salt, end, size, gaps: [], isDamaged: false };
  if (state.segments.length === 0) state.head = { segment: number, offset: end };
  state.segments.push(segment);
  return { segment, file };
}

export async function closeActive(state: SpoolState): Promise<void> {
  const active = state.active;
  state.active = null;
  await active?.file.close().catch(ignore);
}

/**
 * After a failed write or sync nobody knows what is on the disk, and a sync that succeeds later would not
 * tell: the segment is not written to again. What was not synced is cut off, to give back its room.
 */
async function abandonSegment(state: SpoolState): Promise<void> {
  const active = state.active;
  if (active === null) return;
  const { segment, file } = active;
  try {
    await file.truncate(segment.end);
    segment.size = segment.end;
  } catch {
    // Its size stays what it may be at most.
  }
  await closeActive(state);
}

/** For what is done on the way out of a failure, which is told of anyway. */
function ignore(): void {
  return undefined;
}
