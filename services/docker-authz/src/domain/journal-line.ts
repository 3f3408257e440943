/** Reads the beginnings of journal lines: all that is needed of them after a restart. */
import { type Gap } from './gap.ts';

export type JournalLine =
  | {
      readonly type: 'request';
      readonly key: string;
      readonly callId: string;
      readonly nanos: bigint;
    }
  | {
      readonly type: 'call';
      readonly stage: 'open' | 'complete';
      readonly callId: string;
      readonly nanos: bigint;
    }
  | { readonly type: 'gap'; readonly gap: Gap }
  | { readonly type: 'other' };

const headBytes = 192;
const requestHead =
  /^\{"authz":"request","key":"([0-9a-f]{64})","callId":"([0-9a-f]{32})","timeNano":(\d{1,19}),/;
const callHead =
  /^\{"authz":"call","stage":"(open|complete)","callId":"([0-9a-f]{32})","timeNano":(\d{1,19}),/;
const gapHead =
  /^\{"authz":"gap","reason":"(unwritten|dropped)","count":(\d{1,15}),"from":"(\d{1,19})","to":"(\d{1,19})"\}/;

export function readJournalLine(line: Buffer): JournalLine {
  const head = line.toString('latin1', 0, headBytes);
  const request = requestHead.exec(head);
  if (request !== null) {
    const [, key = '', callId = '', digits = ''] = request;
    return { type: 'request', key, callId, nanos: BigInt(digits) };
  }
  const call = callHead.exec(head);
  if (call === null) return gapIn(head);
  const [, stage, callId = '', digits = ''] = call;
  return {
    type: 'call',
    stage: stage === 'open' ? 'open' : 'complete',
    callId,
    nanos: BigInt(digits),
  };
}

function gapIn(head: string): JournalLine {
  const match = gapHead.exec(head);
  if (match === null) return { type: 'other' };
  const [, reason, count, from = '', to = ''] = match;
  const gap = { count: Number(count), from: BigInt(from), to: BigInt(to) };
  return { type: 'gap', gap: { reason: reason === 'dropped' ? 'dropped' : 'unwritten', ...gap } };
}

/** The members of a call as they stand in the line of its request, without braces. */
export function membersInRequest(line: Buffer): Buffer {
  const start = line.indexOf('"callId":');
  return Buffer.from(line.subarray(start, line.lastIndexOf('}')));
}

/** Whole lines without their ends; what follows the last line feed is left out. */
export function* linesIn(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}
