/** One partition in one ownership: its batches one after the other, never two at a time. */
import { type FetchedBatch, type TopicPartition } from './ports.ts';
import { settleBatch, type SettleOptions } from './settle-batch.ts';
import { createBell } from './wait.ts';

export interface PartitionWorkerOptions extends Omit<SettleOptions, 'lost' | 'ending'> {
  /** The former worker of this partition in this process: its step has to end first. */
  readonly after: Promise<void>;
  /** Told the records between what is settled and the end as last seen, whenever either moves. */
  readonly onLag: (records: number) => void;
}

export interface PartitionWorker {
  readonly partition: TopicPartition;
  offer(batch: FetchedBatch): void;
  hasRoom(): boolean;
  /** Resolves when another batch may be offered, or when the worker takes no more. */
  room(): Promise<void>;
  /** Lets the round under way finish and begins no other. */
  drain(): void;
  /** From here on no outcome counts. */
  abandon(): void;
  /** Resolves when nothing of this worker runs any more. */
  readonly ended: Promise<void>;
  progress(): PartitionProgress;
}

export interface PartitionProgress {
  /** Since when there is work of which nothing was settled, in epoch milliseconds; undefined when idle. */
  readonly waitingSince: number | undefined;
  /** Records between what is settled and the end as last seen; 0 before the first fetch. */
  readonly lag: number;
}

export function startPartitionWorker(options: PartitionWorkerOptions): PartitionWorker {
  const queue: FetchedBatch[] = [];
  const lost = new AbortController();
  const ending = new AbortController();
  const bell = createBell();
  const progress = createProgress(options.onLag);

  const settleOptions: SettleOptions = {
    ...options,
    lost: lost.signal,
    ending: ending.signal,
    onSettled: (offset) => {
      progress.settled(offset);
      options.onSettled(offset);
    },
  };

  const hasRoom = (): boolean => ending.signal.aborted || queue.length === 0;

  const run = async (): Promise<void> => {
    await options.after;
    while (!ending.signal.aborted) {
      const batch = queue.shift();
      if (batch === undefined) {
        await bell.rung();
        continue;
      }
      bell.ring();
      await settleBatch(batch, settleOptions);
      if (queue.length === 0) progress.idle();
    }
  };
  const drain = (): void => {
    ending.abort();
    queue.length = 0;
    bell.ring();
  };

  return {
    partition: options.partition,
    offer(batch) {
      if (ending.signal.aborted) return;
      queue.push(batch);
      progress.offered(batch);
      bell.ring();
    },
    hasRoom,
    async room() {
      while (!hasRoom()) await bell.rung();
    },
    drain,
    abandon() {
      lost.abort();
      drain();
    },
    ended: run(),
    progress: progress.view,
  };
}

interface ProgressRecorder {
  offered(batch: FetchedBatch): void;
  settled(offset: number): void;
  idle(): void;
  readonly view: () => PartitionProgress;
}

function createProgress(onLag: (records: number) => void): ProgressRecorder {
  let waitingSince: number | undefined;
  let end = 0;
  let settledOffset = 0;
  const lag = (): number => Math.max(0, end - settledOffset);
  return {
    offered(batch) {
      waitingSince ??= Date.now();
      if (end === 0) settledOffset = batch.records[0]?.offset ?? batch.nextOffset;
      end = Math.max(end, batch.highWatermark, batch.nextOffset);
      onLag(lag());
    },
    settled(offset) {
      settledOffset = offset;
      waitingSince = Date.now();
      onLag(lag());
    },
    idle() {
      waitingSince = undefined;
    },
    view: () => ({ waitingSince, lag: lag() }),
  };
}
