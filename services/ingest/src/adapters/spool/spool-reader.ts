/** Reads the spool from its head, and lets go of the segments behind it. */
import { findFrame, readRecords, segmentHeaderBytes } from '../../domain/spool-segment.ts';
import { type SpoolBatch } from '../../spool.ts';
import { writeHead } from './spool-head.ts';
import {
  damagedName,
  diskError,
  reportDamage,
  reportDepth,
  type Segment,
  segmentName,
  type SpoolState,
} from './spool-state.ts';
import { closeActive } from './spool-writer.ts';

/** As `Spool.read`. */
export async function readNext(state: SpoolState, maxBytes: number): Promise<SpoolBatch | null> {
  for (;;) {
    const segment = state.segments[0];
    if (segment !== undefined && state.head.offset < segment.end) {
      const batch = await readBatch(segment, maxBytes, state);
      if (batch !== null) return batch;
    } else if (state.isWriting && (segment === undefined || state.active?.segment === segment)) {
      await new Promise<void>((resolve) => state.waiting.push(resolve));
    } else if (segment !== undefined) {
      await dropFirst(segment, state);
    } else {
      return null;
    }
  }
}

/** @returns null where there is nothing readable at the head, which has been moved behind that */
async function readBatch(
  segment: Segment,
  maxBytes: number,
  state: SpoolState,
): Promise<SpoolBatch | null> {
  const { offset } = state.head;
  const gap = segment.gaps.find(({ from }) => from === offset);
  if (gap !== undefined) {
    moveHead(segment, gap.to, state);
    return null;
  }
  const limit = segment.end;
  let read = await readFrom(segment, Math.min(offset + maxBytes, limit), state);
  if (read.records.length === 0 && read.rest === 'incomplete') {
    read = await readFrom(segment, Math.min(read.needs, limit), state);
  }
  if (read.records.length === 0) {
    await passDamage(segment, limit, state);
    return null;
  }
  return { records: read.records, end: { segment: segment.number, offset: read.end } };
}

async function readFrom(
  segment: Segment,
  to: number,
  state: SpoolState,
): Promise<ReturnType<typeof readRecords>> {
  return readRecords(await readPart(segment, to, state));
}

async function readPart(
  { number, salt }: Segment,
  to: number,
  { folder, head }: SpoolState,
): Promise<{ bytes: Buffer; from: number; salt: Buffer }> {
  const from = head.offset;
  try {
    return { bytes: await folder.readAt(segmentName(number), from, to - from), from, salt };
  } catch (error) {
    throw diskError(`${segmentName(number)} of the spool could not be read.`, error);
  }
}

/** All bytes before `limit` have been synced: what is no frame among them has been lost by the disk. */
async function passDamage(segment: Segment, limit: number, state: SpoolState): Promise<void> {
  const { offset } = state.head;
  const part = await readPart(segment, limit, state);
  const next = findFrame(part, offset + 1) ?? limit;
  segment.isDamaged = true;
  reportDamage(state, segment.number, next - offset);
  moveHead(segment, next, state);
}

function moveHead({ number }: Segment, offset: number, state: SpoolState): void {
  state.head = { segment: number, offset };
}

/** Everything in the first segment is done with. */
async function dropFirst(segment: Segment, state: SpoolState): Promise<void> {
  const { folder, telemetry } = state;
  const closing = state.active?.segment === segment ? closeActive(state) : undefined;
  state.segments.shift();
  const next = state.segments[0]?.number ?? state.nextNumber;
  state.head = { segment: next, offset: segmentHeaderBytes };
  // Damage makes the count too high: it is not known how many records there were.
  if (state.segments.length === 0 && !state.isWriting) state.records = 0;
  await closing;
  await saveHead(state);
  const name = segmentName(segment.number);
  try {
    if (segment.isDamaged) await folder.rename(name, damagedName(segment.number));
    else await folder.remove(name);
  } catch (error) {
    telemetry.log.error({ file: name, error }, 'A finished segment could not be removed.');
  }
  reportDepth(state);
}

/** A head that is not written costs repeats after a restart, no records: draining goes on. */
export async function saveHead(state: SpoolState): Promise<void> {
  try {
    await writeHead(state.folder, state.head);
  } catch (error) {
    state.telemetry.log.error({ error }, 'The head of the spool could not be written.');
  }
}
