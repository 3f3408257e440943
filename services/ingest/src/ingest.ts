/** The step of ingest: items become records in audit.ingested, or dead letters with a reason. */
import { type TopicCodec } from '@auditstream/events/codec';
import { deadLetterOfItem } from '@auditstream/events/dead-letter';
import {
  type AuditRecord,
  type DeadLetter,
  type RedactionKind,
} from '@auditstream/events/generated/types';
import { type TopicName } from '@auditstream/events/topics';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { type Accept, type Delivery } from './delivery.ts';
import { judgeItem, type Provenance } from './domain/record.ts';
import { type RedactionPolicy } from '@auditstream/item/redact/policy';
import { type Rejection, tooLarge, tooLargeForTopic } from './domain/rejection.ts';
import { type Durably } from './durable-sink.ts';

export interface IngestPorts {
  readonly durably: Durably;
  readonly ingested: Pick<TopicCodec<AuditRecord>, 'encode'>;
  readonly deadLetters: Pick<TopicCodec<DeadLetter>, 'encode'>;
  /** What is taken out of events beyond what always is. */
  readonly redaction: RedactionPolicy;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new id at each call, for dead letters. */
  readonly newId: () => string;
  readonly telemetry: Pick<Telemetry, 'count' | 'log'>;
}

/** docs/ingest.md is the contract. */
export function createIngest(ports: IngestPorts): Accept {
  return async (delivery) => {
    const patience = delivery.way === 'file' ? 'patient' : 'urgent';
    const { records, rejected, redacted } = judge(delivery, ports);
    const letters = lettersOf(rejected, delivery, ports);
    const refused = await ports.durably([...records.keys(), ...letters], patience);
    const late = refused.map((record) => rejectedByTopic(records.get(record) ?? 0));
    await ports.durably(lettersOf(late, delivery, ports), patience);
    const receipt = {
      accepted: records.size - late.length,
      rejected: rejected.length + late.length,
    };
    const { source, cluster } = delivery;
    const { telemetry } = ports;
    telemetry.count(
      'ingest_events_total',
      { source, cluster, result: 'accepted' },
      receipt.accepted,
    );
    telemetry.count(
      'ingest_events_total',
      { source, cluster, result: 'rejected' },
      receipt.rejected,
    );
    for (const { rejection } of [...rejected, ...late]) {
      telemetry.count('ingest_rejections_total', { reason: rejection.code });
    }
    for (const [kind, count] of redacted) {
      telemetry.count('ingest_redactions_total', { kind }, count);
    }
    return receipt;
  };
}

interface RejectedItem {
  readonly rejection: Rejection;
  /** Bytes. */
  readonly size: number;
}

interface Judged {
  /** Records of the accepted items in their order, each with the size of its item in bytes. */
  readonly records: ReadonlyMap<OutgoingRecord, number>;
  readonly rejected: readonly RejectedItem[];
  /** What was taken out of the accepted items, by kind. */
  readonly redacted: ReadonlyMap<RedactionKind, number>;
}

const ingestedTopic: TopicName = 'audit.ingested';
const deadLettersTopic: TopicName = 'audit.dead-letters';

function judge(delivery: Delivery, ports: IngestPorts): Judged {
  const { source, cluster, origin, way } = delivery;
  const { ingested, now, redaction } = ports;
  const from: Provenance = { source, cluster, origin, delivery: way, receivedAt: now(), redaction };
  const redacted = new Map<RedactionKind, number>();
  const records = new Map<OutgoingRecord, number>();
  const rejected = delivery.oversized.map((size) => ({ rejection: tooLarge(size), size }));
  for (const item of delivery.items) {
    const judgement = judgeItem(item, from);
    if (judgement.type === 'rejected') {
      rejected.push({ rejection: judgement.rejection, size: item.length });
    } else {
      const [key, value] = [Buffer.from(judgement.key), ingested.encode(judgement.record)];
      records.set({ topic: ingestedTopic, key, value }, item.length);
      for (const [kind, count] of judgement.redacted) {
        redacted.set(kind, (redacted.get(kind) ?? 0) + count);
      }
    }
  }
  return { records, rejected, redacted };
}

function rejectedByTopic(size: number): RejectedItem {
  return { rejection: tooLargeForTopic(size, ingestedTopic), size };
}

function lettersOf(
  rejected: readonly RejectedItem[],
  { cluster, source }: Delivery,
  { deadLetters, newId, now }: IngestPorts,
): readonly OutgoingRecord[] {
  const rejectedAt = now();
  return rejected.map(({ rejection, size }) => {
    const letter = { id: newId(), service: 'ingest', cluster, source, rejection, rejectedAt, size };
    const value = deadLetters.encode(deadLetterOfItem(letter));
    return { topic: deadLettersTopic, key: null, value };
  });
}
