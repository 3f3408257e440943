/** Dead letters of records that were called accepted and turn out to be too large for their topic. */
import { type TopicCodec } from '@auditstream/events/codec';
import { deadLetterOfItem, withoutBytes } from '@auditstream/events/dead-letter';
import { type AuditRecord, type DeadLetter } from '@auditstream/events/generated/types';
import { type TopicName } from '@auditstream/events/topics';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { tooLargeForTopic } from './domain/rejection.ts';
import { type NameLetter } from './letters.ts';

export interface LateLetterPorts {
  readonly ingested: Pick<TopicCodec<AuditRecord>, 'prepare' | 'decode'>;
  readonly deadLetters: TopicCodec<DeadLetter>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly nameLetter: NameLetter;
}

const deadLettersTopic: TopicName = 'audit.dead-letters';

/**
 * A dead letter that is itself too large loses the bytes that it is about.
 * @param refused records of ingest, perhaps of an earlier version of it
 * @throws CodecError where their schema can't be had
 */
export async function lateLettersOf(
  refused: readonly OutgoingRecord[],
  ports: LateLetterPorts,
): Promise<readonly OutgoingRecord[]> {
  const { ingested, deadLetters } = ports;
  await ingested.prepare(refused.map(({ value }) => value));
  await deadLetters.prepare(refused.map(({ value }) => value));
  return refused.map((record) => {
    const letter =
      record.topic === deadLettersTopic
        ? withoutBytes(deadLetters.decode(record.value))
        : letterOf(record, ports);
    return { topic: deadLettersTopic, key: null, value: deadLetters.encode(letter) };
  });
}

function letterOf(
  { topic, value }: OutgoingRecord,
  { ingested, now, nameLetter }: LateLetterPorts,
): DeadLetter {
  const { id: event, cluster, source, body } = ingested.decode(value);
  const size = body.length;
  const rejection = tooLargeForTopic(size, topic);
  const origin = { service: 'ingest', cluster, source };
  const id = nameLetter({ cluster, source, delivery: event, index: 0 }, null);
  return deadLetterOfItem({ ...origin, id, rejection, rejectedAt: now(), size, sealed: null });
}
