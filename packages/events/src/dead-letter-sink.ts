import { type TopicCodec } from './codec.ts';
import { deadLetterOfRecord, type RejectedPosition } from './dead-letter.ts';
import { type DeadLetter } from './generated/types.ts';
import { type TopicName } from './topics.ts';

/** A record that a step rejected, as the consumer hands it over. */
export interface Rejected {
  readonly record: RejectedPosition;
  readonly rejection: { readonly code: string; readonly message: string };
}

export interface DeadLetterPorts {
  /** Name of the service that rejects. */
  readonly service: string;
  readonly codec: Pick<TopicCodec<DeadLetter>, 'encode'>;
  /** Resolves when the records are acknowledged on all replicas. */
  readonly producer: { send(records: readonly OutgoingDeadLetter[]): Promise<void> };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface OutgoingDeadLetter {
  readonly topic: TopicName;
  readonly key: Buffer | null;
  readonly value: Buffer;
}

/**
 * Sends rejected records to audit.dead-letters. A repeat has the same id, so index keeps one.
 *
 * @returns a sink that resolves when the dead letters are acknowledged; it rejects as the producer does
 */
export function createDeadLetterSink(
  ports: DeadLetterPorts,
): (rejected: readonly Rejected[]) => Promise<void> {
  return async (rejected) => {
    const rejectedAt = ports.now();
    const letters = rejected.map(({ record, rejection }) =>
      deadLetterOfRecord({ service: ports.service, record, rejection, rejectedAt }),
    );
    await ports.producer.send(
      letters.map((letter) => ({
        topic: 'audit.dead-letters',
        key: null,
        value: ports.codec.encode(letter),
      })),
    );
  };
}
