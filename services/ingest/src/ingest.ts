/** The step of ingest: items become records in audit.ingested, or dead letters with a reason. */
import { type TopicCodec } from '@auditstream/events/codec';
import { type AuditRecord, type RedactionKind } from '@auditstream/events/generated/types';
import { type TopicName } from '@auditstream/events/topics';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { withCutItems } from './cut-items.ts';
import { type Accept, type Delivery } from './delivery.ts';
import { judgeItem, type Provenance } from './domain/record.ts';
import { type RedactionPolicy } from '@auditstream/item/redact/policy';
import { tooLarge, tooLargeForTopic } from './domain/rejection.ts';
import { type Durably, type Patience } from './durable-sink.ts';
import { createLetterWriter, type Letter, type LetterPorts, type RejectedItem } from './letters.ts';
import { createRejectionLog } from './rejection-log.ts';

export interface IngestPorts extends LetterPorts {
  readonly durably: Durably;
  readonly ingested: Pick<TopicCodec<AuditRecord>, 'encode'>;
  /** What is taken out of events beyond what always is. */
  readonly redaction: RedactionPolicy;
  readonly telemetry: Pick<Telemetry, 'count' | 'log'>;
}

/** docs/ingest.md is the contract. */
export function createIngest(ports: IngestPorts): Accept {
  const write = createLetterWriter(ports);
  const tell = createRejectionLog(ports.telemetry, ports.now);
  return async (delivered) => {
    const delivery = await withCutItems(delivered);
    const patience = delivery.way === 'file' ? 'patient' : 'urgent';
    const { records, rejected, redacted, truncated } = judge(delivery, ports);
    const letters = await write(rejected, delivery);
    const sent = [...records.keys(), ...letters.map(({ record }) => record)];
    const refused = await ports.durably(sent, patience);
    const late = refused.flatMap((record) => {
      const at = records.get(record);
      return at === undefined ? [] : [rejectedByTopic(delivery, at)];
    });
    await storeBare(letters, refused, { durably: ports.durably, patience });
    const lateLetters = await write(late, delivery);
    const refusedLate = await ports.durably(
      lateLetters.map(({ record }) => record),
      patience,
    );
    await storeBare(lateLetters, refusedLate, { durably: ports.durably, patience });
    tell(delivery, [...rejected, ...late]);
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
    telemetry.count('ingest_truncated_events_total', { source, cluster }, truncated);
    for (const [kind, count] of redacted) {
      telemetry.count('ingest_redactions_total', { kind }, count);
    }
    return receipt;
  };
}

/** Letters that their topic does not take go without their bytes. */
async function storeBare(
  letters: readonly Letter[],
  refused: readonly OutgoingRecord[],
  { durably, patience }: { readonly durably: Durably; readonly patience: Patience },
): Promise<void> {
  if (refused.length === 0) return;
  const bare = letters.filter(({ record }) => refused.includes(record)).map((one) => one.bare());
  await durably(bare, patience);
}

interface Judged {
  /** Records of the accepted items in their order, each with the index of its item. */
  readonly records: ReadonlyMap<OutgoingRecord, number>;
  readonly rejected: readonly RejectedItem[];
  /** What was taken out of the accepted items, by kind. */
  readonly redacted: ReadonlyMap<RedactionKind, number>;
  /** How many of the accepted items lack their bodies. */
  readonly truncated: number;
}

const ingestedTopic: TopicName = 'audit.ingested';

function judge(delivery: Delivery, ports: IngestPorts): Judged {
  const { source, cluster, origin, way } = delivery;
  const { ingested, now, redaction } = ports;
  const from: Provenance = { source, cluster, origin, delivery: way, receivedAt: now(), redaction };
  const redacted = new Map<RedactionKind, number>();
  const records = new Map<OutgoingRecord, number>();
  let truncated = 0;
  const rejected: RejectedItem[] = delivery.oversized.map((size, at) => {
    const index = delivery.items.length + at;
    return { rejection: tooLarge(size), index, item: null, size };
  });
  for (const [index, item] of delivery.items.entries()) {
    const judgement = judgeItem(item, from, delivery.cut?.get(item));
    if (judgement.type === 'rejected') {
      rejected.push({ rejection: judgement.rejection, index, item, size: item.length });
    } else {
      const [key, value] = [Buffer.from(judgement.key), ingested.encode(judgement.record)];
      records.set({ topic: ingestedTopic, key, value }, index);
      if (judgement.record.truncatedBytes > 0) truncated += 1;
      for (const [kind, count] of judgement.redacted) {
        redacted.set(kind, (redacted.get(kind) ?? 0) + count);
      }
    }
  }
  return { records, rejected, redacted, truncated };
}

function rejectedByTopic({ items }: Delivery, index: number): RejectedItem {
  const item = items[index] ?? null;
  const size = item?.length ?? 0;
  return { rejection: tooLargeForTopic(size, ingestedTopic), index, item, size };
}
