/** Gives a step's memory of a partition back to it when the partition is taken over. */
import { backoffMs, type BackoffPolicy } from './backoff.ts';
import { type KafkaConnection, type PartitionOffset, type TopicPartition } from './ports.ts';
import { type PartitionMemory, type StreamTelemetry } from './types.ts';
import { wait } from './wait.ts';

/**
 * Called once for each ownership; what it gives is called for each partition, when its former worker has
 * ended. Resolves when the step remembers, or when the ownership is lost. Never rejects.
 */
export type Recollect = (lost: AbortSignal) => (partition: TopicPartition) => Promise<void>;

interface RecollectionOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly memory?: PartitionMemory;
  readonly telemetry: StreamTelemetry;
}

const retryPolicy: BackoffPolicy = { firstMs: 100, limitMs: 5_000 };

export function recollection(kafka: KafkaConnection, options: RecollectionOptions): Recollect {
  const { memory } = options;
  if (memory === undefined) return () => () => Promise.resolve();
  return (lost) => {
    const committed = readUntilLost(kafka, options, lost);
    return async ({ topic, partition }) => {
      const offsets = await committed;
      if (lost.aborted) return;
      const own = offsets.find(
        (offset) => offset.topic === topic && offset.partition === partition,
      );
      memory.restore(partition, own?.metadata ?? '');
    };
  };
}

/** Nobody else can commit for as long as the ownership lasts, so it does not matter how long it takes. */
async function readUntilLost(
  kafka: KafkaConnection,
  options: RecollectionOptions,
  lost: AbortSignal,
): Promise<readonly PartitionOffset[]> {
  for (let attempt = 0; !lost.aborted; attempt += 1) {
    try {
      return await readCommitted(kafka, options);
    } catch (error) {
      const { groupId } = options;
      options.telemetry.log.warn({ groupId, error }, 'What was committed could not be read yet.');
      await wait(backoffMs(retryPolicy, attempt, Math.random()), lost);
    }
  }
  return [];
}

async function readCommitted(
  kafka: KafkaConnection,
  { groupId, topics }: RecollectionOptions,
): Promise<readonly PartitionOffset[]> {
  const admin = await kafka.openAdmin();
  try {
    const offsets = await Promise.all(
      topics.map((topic) => admin.committedOffsets(groupId, topic)),
    );
    return offsets.flat();
  } finally {
    await admin.close();
  }
}
