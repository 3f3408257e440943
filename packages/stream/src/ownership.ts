/** The partitions that a consumer owns between one assignment and the next, and what is committed of them. */
import { type Committer, createCommitter } from './committer.ts';
import { type PartitionWorker, startPartitionWorker } from './partition-worker.ts';
import {
  type ConsumerSession,
  type FetchedBatch,
  partitionKey,
  type PartitionOffset,
  type TopicPartition,
} from './ports.ts';
import { type Recollect } from './recollection.ts';
import { type SettleOptions } from './settle-batch.ts';
import { type PartitionMemory } from './types.ts';
import { endsWithin } from './wait.ts';

/** How long a fetch is held back for a slow partition before that partition is paused. */
const HOLD_BACK_MS = 100;

export interface OwnershipOptions extends Omit<
  SettleOptions,
  'partition' | 'lost' | 'ending' | 'onSettled'
> {
  readonly groupId: string;
  readonly partitions: readonly TopicPartition[];
  readonly session: ConsumerSession;
  /** What still runs of earlier ownerships, by partition; kept up to date. */
  readonly running: Map<string, Promise<void>>;
  readonly memory?: PartitionMemory;
  readonly recollect: Recollect;
}

export interface Ownership {
  readonly session: ConsumerSession;
  readonly workers: readonly PartitionWorker[];
  take(batch: FetchedBatch): Promise<void>;
  /** Lets running steps finish and commits what is settled, both within the limit; then it is lost. */
  drain(limitMs: number): Promise<void>;
  /** From here on nothing is committed and no outcome counts. */
  lose(): void;
}

export function startOwnership(options: OwnershipOptions): Ownership {
  const committer = createOwnershipCommitter(options);
  const workers = new Map<string, PartitionWorker>();
  const lost = new AbortController();
  const recollect = options.recollect(lost.signal);
  for (const partition of options.partitions) {
    const former = options.running.get(partitionKey(partition)) ?? Promise.resolve();
    const after = former.then(() => recollect(partition));
    workers.set(partitionKey(partition), startWorker({ partition, after, committer }, options));
  }
  const lose = (): void => {
    lost.abort();
    committer.end();
    for (const worker of workers.values()) {
      worker.abandon();
      const labels = labelsOf(worker.partition, options);
      options.telemetry.forget('stream_lag_records', labels);
      options.telemetry.forget('stream_committed_offset', labels);
    }
  };
  return {
    session: options.session,
    workers: [...workers.values()],
    async take(batch) {
      const worker = workers.get(partitionKey(batch));
      if (worker !== undefined) await offer(worker, batch, options.session);
    },
    async drain(limitMs) {
      const deadline = Date.now() + limitMs;
      for (const worker of workers.values()) worker.drain();
      await endsWithin(Promise.all([...workers.values()].map(({ ended }) => ended)), limitMs);
      await committer.flush(Math.max(1_000, deadline - Date.now()));
      lose();
    },
    lose,
  };
}

interface WorkerParts {
  readonly partition: TopicPartition;
  readonly after: Promise<void>;
  readonly committer: Committer;
}

function startWorker(
  { partition, after, committer }: WorkerParts,
  options: OwnershipOptions,
): PartitionWorker {
  const key = partitionKey(partition);
  const worker = startPartitionWorker({
    ...{ ...options, partition, after },
    onSettled: (offset) => {
      const metadata = options.memory?.save(partition.partition);
      committer.mark({ ...partition, offset, ...(metadata === undefined ? {} : { metadata }) });
    },
    onLag: (records) => {
      options.telemetry.set('stream_lag_records', labelsOf(partition, options), records);
    },
  });
  options.running.set(key, worker.ended);
  return worker;
}

async function offer(
  worker: PartitionWorker,
  batch: FetchedBatch,
  session: ConsumerSession,
): Promise<void> {
  worker.offer(batch);
  if (worker.hasRoom() || (await endsWithin(worker.room(), HOLD_BACK_MS))) return;
  session.pause(worker.partition);
  void worker.room().then(() => {
    session.resume(worker.partition);
  });
}

function labelsOf(
  { topic, partition }: TopicPartition,
  { groupId }: OwnershipOptions,
): Readonly<Record<'group' | 'topic' | 'partition', string>> {
  return { group: groupId, topic, partition: String(partition) };
}

function createOwnershipCommitter(options: OwnershipOptions): Committer {
  const { session, groupId, telemetry } = options;
  return createCommitter({
    commit: (offsets) => session.commit(offsets),
    onCommitted: (offsets: readonly PartitionOffset[]) => {
      for (const committed of offsets) {
        telemetry.set('stream_committed_offset', labelsOf(committed, options), committed.offset);
      }
    },
    onFailed: (error) => {
      telemetry.log.warn({ groupId, error }, 'Offsets were not committed.');
    },
  });
}
