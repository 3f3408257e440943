/** The port to the spool: a bounded queue of records that survives a loss of power. */
import { type OutgoingRecord } from '@auditstream/stream/types';

/** A place between two records: everything before it is done with. */
export interface SpoolPlace {
  readonly segment: number;
  readonly offset: number;
}

export interface SpoolBatch {
  readonly records: readonly OutgoingRecord[];
  /** Behind the last of them. */
  readonly end: SpoolPlace;
}

export interface SpoolDepth {
  /** Bytes that its files take. */
  readonly bytes: number;
  readonly records: number;
}

export interface Spool {
  /**
   * Resolves with the place behind the records when they would survive a loss of power. Records are kept in
   * the order of the calls.
   * @param limitBytes what the files may take together afterwards, where that is less than the spool's own limit
   * @throws SpoolError 'full' at once; 'disk' where they could not be synced
   */
  append(records: readonly OutgoingRecord[], limitBytes?: number): Promise<SpoolPlace>;
  /**
   * The records behind the head, at least one and otherwise as many as fit into `maxBytes`, once they are
   * synced; null where there are none.
   * @throws SpoolError 'disk'
   */
  read(maxBytes: number): Promise<SpoolBatch | null>;
  /**
   * Moves the head: everything before it is acknowledged. A head that is not written costs repeats.
   * @param records how many lie between the last head and this one
   */
  advance(to: SpoolPlace, records: number): Promise<void>;
  /** Whether nothing is held, and nothing is about to be. */
  isEmpty(): boolean;
  depth(): SpoolDepth;
  /** Finishes what is under way, and lets go of the folder. */
  close(): Promise<void>;
}

export type SpoolErrorCode = 'full' | 'disk' | 'locked';

export class SpoolError extends Error {
  override readonly name = 'SpoolError';
  readonly retryable: boolean;
  readonly code: SpoolErrorCode;

  constructor(code: SpoolErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = code !== 'locked';
  }
}
