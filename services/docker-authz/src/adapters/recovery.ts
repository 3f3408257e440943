/** What a journal says of calls that were open when the plugin ended. */
import { readFile, truncate } from 'node:fs/promises';
import { routeOf } from '../domain/actions.ts';
import { linesIn, membersInRequest, readJournalLine } from '../domain/journal-line.ts';
import { type OpenCall, type OpenCalls } from '../domain/open-calls.ts';
import { listSegments, openFolder, type SegmentFile } from './segment-files.ts';

export interface Recovered {
  readonly segments: number;
  /** Open calls that there was no room for, and that have not been told of. */
  readonly surplus: readonly OpenCall[];
  /** Bytes of lines that were not whole: nobody was answered for them. */
  readonly tornBytes: number;
}

/** Fills `open`. To be done before anything is written. */
export async function recoverOpenCalls(folder: string, open: OpenCalls): Promise<Recovered> {
  await openFolder(folder);
  const segments = await listSegments(folder);
  const calls = new Map<string, Omit<OpenCall, 'answer'>>();
  const told = new Set<string>();
  let tornBytes = 0;
  for (const segment of segments) {
    const bytes = await readFile(segment.path);
    tornBytes += await withoutTornLine(segment, bytes);
    for (const line of linesIn(bytes)) takeLine(line, segment.number, { calls, told });
  }
  const surplus = [...calls.values()].flatMap((call) =>
    open.add({ ...call, answer: answerOf(call.members) }),
  );
  for (const callId of told) open.markTold(callId);
  const untold = surplus.filter(({ callId }) => !told.has(callId));
  return { segments: segments.length, surplus: untold, tornBytes };
}

interface Found {
  readonly calls: Map<string, Omit<OpenCall, 'answer'>>;
  readonly told: Set<string>;
}

function takeLine(line: Buffer, segment: number, { calls, told }: Found): void {
  const read = readJournalLine(line);
  switch (read.type) {
    case 'request': {
      const { key, callId, nanos } = read;
      const members = membersInRequest(line);
      calls.set(callId, { key, callId, nanos, members, segment });
      return;
    }
    case 'call':
      if (read.stage === 'open') told.add(read.callId);
      else calls.delete(read.callId);
      return;
    case 'gap':
    case 'other':
  }
}

/** The way of answering, from what is recorded of method and path. */
function answerOf(members: Buffer): OpenCall['answer'] {
  try {
    const { method, path } = JSON.parse(`{${members.toString()}}`) as Record<string, unknown>;
    return routeOf(String(method), String(path)).action.answer;
  } catch {
    return 'silent';
  }
}

/** @returns bytes that were cut off */
async function withoutTornLine({ path }: SegmentFile, bytes: Buffer): Promise<number> {
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) await truncate(path, whole);
  return bytes.length - whole;
}
