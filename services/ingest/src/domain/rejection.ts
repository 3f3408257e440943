/** Why an item can never become a record: one of a closed list, counted and written to its dead letter. */
export type RejectionReason =
  'too-large' | 'not-utf8' | 'not-json' | 'too-deep' | 'not-an-event' | 'bad-time';

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

export function tooLarge(size: number): Rejection {
  const message = `The item has ${size} bytes; at most ${maxItemBytes} are taken. Let the audit policy log fewer bodies.`;
  return { code: 'too-large', message };
}

/** For an item within our own limit that Kafka does not take all the same. */
export function tooLargeForTopic(size: number, topic: string): Rejection {
  const message = `The item has ${size} bytes, which ${topic} does not take: raise its max.message.bytes to 16 MiB.`;
  return { code: 'too-large', message };
}
