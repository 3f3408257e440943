import { type PartitionMetadata, Partitioners } from 'kafkajs';

/**
 * The partition that a key decides: murmur2 as Kafka's Java client has it, so what a producer chooses that
 * is given no partition.
 */
export type PartitionOfKey = (key: Buffer) => number;

/** @param partitions how many the topic has */
export function partitionerFor(partitions: number): PartitionOfKey {
  const choose = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from(
    { length: partitions },
    (_, partitionId): PartitionMetadata => ({
      ...{ partitionErrorCode: 0, partitionId, leader: 0, replicas: [], isr: [] },
    }),
  );
  return (key) => choose({ topic: '', partitionMetadata, message: { key, value: null } });
}
