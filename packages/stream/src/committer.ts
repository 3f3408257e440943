/** Commits offsets in the background: the latest of each partition, one request at a time. */
import { backoffMs, type BackoffPolicy } from './backoff.ts';
import { StreamError } from './errors.ts';
import { partitionKey, type PartitionOffset } from './ports.ts';
import { endsWithin, wait } from './wait.ts';

/** Milliseconds between commits: what a crash costs in work done twice, against requests. */
const COMMIT_SPACING_MS = 100;

const retryPolicy: BackoffPolicy = { firstMs: 100, limitMs: 2_000 };

export interface CommitterOptions {
  readonly commit: (offsets: readonly PartitionOffset[]) => Promise<void>;
  readonly onCommitted: (offsets: readonly PartitionOffset[]) => void;
  readonly onFailed: (error: unknown) => void;
}

export interface Committer {
  /** Everything before this offset is settled. Offsets of one partition never go back. */
  mark(offset: PartitionOffset): void;
  /** Commits what is marked without further spacing; resolves after `limitMs` at the latest. */
  flush(limitMs: number): Promise<void>;
  /** From here on no commit begins. */
  end(): void;
}

export function createCommitter(options: CommitterOptions): Committer {
  const marked = new Map<string, PartitionOffset>();
  const ended = new AbortController();
  const hurry = new AbortController();
  let running: Promise<void> | undefined;
  let failures = 0;

  const commitMarked = async (): Promise<void> => {
    const offsets = [...marked.values()];
    marked.clear();
    try {
      await options.commit(offsets);
      failures = 0;
      if (!ended.signal.aborted) options.onCommitted(offsets);
    } catch (error) {
      if (ended.signal.aborted) return;
      failures += 1;
      options.onFailed(error);
      if (error instanceof StreamError && error.code === 'not-owner') return;
      for (const offset of offsets) {
        const key = partitionKey(offset);
        if (!marked.has(key)) marked.set(key, offset);
      }
    }
  };
  const run = async (): Promise<void> => {
    while (marked.size > 0 && !ended.signal.aborted) {
      await commitMarked();
      if (failures === 0) await wait(COMMIT_SPACING_MS, hurry.signal);
      else await wait(backoffMs(retryPolicy, failures - 1, Math.random()), ended.signal);
    }
    running = undefined;
  };

  return {
    mark(offset) {
      marked.set(partitionKey(offset), offset);
      running ??= run();
    },
    async flush(limitMs) {
      hurry.abort();
      await endsWithin(running ?? Promise.resolve(), limitMs);
    },
    end() {
      ended.abort();
      hurry.abort();
    },
  };
}
