/** Why an item can never become a record: one of a closed list, counted and written to its dead letter. */
export type RejectionReason =
  | 'too-large'
  | 'not-utf8'
  | 'not-json'
  | 'too-deep'
  | 'not-an-event'
  | 'bad-time'
  | 'judging-failed';

export interface Rejection {
  readonly code: RejectionReason;
  /** A sentence that names members and places, never content. */
  readonly message: string;
}

/** Thrown while an item is judged; caught where the judgement is given. */
export class RejectedItem extends Error {
  override readonly name = 'RejectedItem';
  readonly retryable = false;
  readonly code: RejectionReason;

  constructor(code: RejectionReason, message: string) {
    super(message);
    this.code = code;
  }
}

/** An item of 8 MiB passes whole. */
export const maxItemBytes = 8 * 1024 * 1024;

/** What an API server's log has in each event, and its webhook once for the list. */
const logMembers = Buffer.from('{"kind":"Event","apiVersion":"audit.k8s.io/v1",');

/** What is held of a line: 8 MiB, and the members that only a log file has. */
export const maxLineBytes = maxItemBytes + logMembers.length - 1;

/** Whether an item is above 8 MiB: the same by webhook and by log file, or it would have two ids. */
export function isOversized(item: Buffer): boolean {
  if (item.length <= maxItemBytes) return false;
  return item.length > maxLineBytes || !item.subarray(0, logMembers.length).equals(logMembers);
}

export function tooLarge(size: number): Rejection {
  const message = `The item has ${size} bytes; without its bodies, at most ${maxItemBytes} are taken.`;
  return { code: 'too-large', message };
}

/** For an item within our own limit that Kafka does not take all the same. */
export function tooLargeForTopic(size: number, topic: string): Rejection {
  const message = `The item has ${size} bytes, which ${topic} does not take: raise its max.message.bytes to 16 MiB.`;
  return { code: 'too-large', message };
}

/** For an item that our own code fails at. */
export const judgingFailed: Rejection = {
  code: 'judging-failed',
  message:
    'Judging the item failed: a defect of Auditstream, or the memory of a thread ran out. The log of ingest says more.',
};
