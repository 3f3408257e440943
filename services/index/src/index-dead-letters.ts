import { type DeadLetter } from '@auditstream/events/generated/types';
import { type BatchStep, type DeadLetterSink, type StreamLog } from '@auditstream/stream/types';
import { deadLetterWrite } from './domain/dead-letter-document.ts';
import { indexBatch, type IndexPorts, outcomeOf } from './index-batch.ts';

/** The step from audit.dead-letters to dead letter documents. */
export function createIndexDeadLetters(ports: IndexPorts<DeadLetter>): BatchStep {
  return async (records, { signal }) => {
    const batch = { documents: 'dead_letters', toWrite: deadLetterWrite, records, signal } as const;
    return (await indexBatch(ports, batch)).map(outcomeOf);
  };
}

/**
 * Where dead letters go that can't be indexed: into the log, and no further. As dead letters again they
 * would come round for ever; they stay in the topic.
 */
export function createLastResort(log: Pick<StreamLog, 'error'>): DeadLetterSink {
  return async (rejected) => {
    for (const { record, rejection } of rejected) {
      const { topic, partition, offset } = record;
      log.error(
        { topic, partition, offset, code: rejection.code, reason: rejection.message },
        'A dead letter could not be indexed. It stays in the topic.',
      );
    }
    await Promise.resolve();
  };
}
