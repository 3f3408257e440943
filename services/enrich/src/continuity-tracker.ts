/** Remembers, for each partition, which numbers have come. docs/continuity.md is the contract. */
import { type PartitionMemory, type StreamRecord } from '@auditstream/stream/types';
import { type Continuity, follow, type Hole } from './domain/continuity.ts';
import { continuityText, readContinuity } from './domain/continuity-text.ts';

/** What was found in a batch. */
export interface FollowedBatch {
  /** The holes that each of the records raised. */
  readonly holes: ReadonlyMap<StreamRecord, readonly Hole[]>;
  /** To be called when everything that follows from the batch is durable. */
  accept(): void;
}

export interface ContinuityTracker extends PartitionMemory {
  /** @param records consecutive records of one partition */
  follow(records: readonly StreamRecord[]): FollowedBatch;
}

/** @param waitMs how long a missing record is waited for, by append time */
export function createContinuityTracker(waitMs: number): ContinuityTracker {
  const partitions = new Map<number, Continuity>();
  return {
    restore: (partition, text) => void partitions.set(partition, readContinuity(text)),
    save: (partition) => continuityText(partitions.get(partition) ?? []),
    follow(records) {
      const after = new Map<number, Continuity>();
      const holes = new Map<StreamRecord, readonly Hole[]>();
      for (const record of records) {
        const { partition, headers, timestamp: appendedAt } = record;
        const before = after.get(partition) ?? partitions.get(partition) ?? [];
        const step = follow(before, { partition, headers, appendedAt }, waitMs);
        after.set(partition, step.continuity);
        if (step.holes.length > 0) holes.set(record, step.holes);
      }
      return {
        holes,
        accept() {
          for (const [partition, continuity] of after) partitions.set(partition, continuity);
        },
      };
    },
  };
}
