/** Judges the items of a delivery, in their order. */
import { type Policy } from '@auditstream/audit-policy/policy';
import { type TopicCodec } from '@auditstream/events/codec';
import { type AuditRecord, type RedactionKind } from '@auditstream/events/generated/types';
import { type TopicName } from '@auditstream/events/topics';
import { type RedactionPolicy } from '@auditstream/item/redact/policy';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { type Delivery, type DurableEvent } from './delivery.ts';
import { judgeItem, type Provenance } from './domain/record.ts';
import { type Reduction } from './domain/reduce/reduce.ts';
import { tooLarge } from './domain/rejection.ts';
import { type RejectedItem } from './letters.ts';

export interface JudgePorts {
  readonly ingested: Pick<TopicCodec<AuditRecord>, 'encode'>;
  /** What is taken out of events beyond what always is. */
  readonly redaction: RedactionPolicy;
  /** What is not kept of Kubernetes events; all is where there is none. */
  readonly reduction?: Policy | null;
}

export interface JudgedItem extends DurableEvent {
  /** Which of the delivery's items it was. */
  readonly index: number;
}

export interface Judged {
  /** Records of the accepted items in their order. */
  readonly records: Map<OutgoingRecord, JudgedItem>;
  readonly rejected: readonly RejectedItem[];
  /** What was taken out of the accepted items, by kind. */
  readonly redacted: ReadonlyMap<RedactionKind, number>;
  /** How many of the accepted items lack their bodies. */
  readonly truncated: number;
  /** How many items the reducer dropped. */
  readonly dropped: number;
  /** What the reducer took, event by event. */
  readonly reductions: readonly Reduction[];
}

export const ingestedTopic: TopicName = 'audit.ingested';

/** @param receivedAt epoch milliseconds */
export function judgeDelivery(delivery: Delivery, receivedAt: number, ports: JudgePorts): Judged {
  const from = provenanceOf(delivery, receivedAt, ports);
  const redacted = new Map<RedactionKind, number>();
  const records = new Map<OutgoingRecord, JudgedItem>();
  const reductions: Reduction[] = [];
  let [truncated, dropped] = [0, 0];
  const rejected = rejectedUnseen(delivery);
  for (const [index, item] of delivery.items.entries()) {
    const judgement = judgeItem(item, from, delivery.cut?.get(item));
    if (judgement.type === 'rejected') {
      rejected.push({ rejection: judgement.rejection, index, item, size: item.length });
      continue;
    }
    if (judgement.reduced !== null) reductions.push(judgement.reduced);
    if (judgement.type === 'dropped') {
      dropped += 1;
      continue;
    }
    const [key, value] = [Buffer.from(judgement.key), ports.ingested.encode(judgement.record)];
    const { id, time, requestId, truncatedBytes } = judgement.record;
    const event = { id, time, requestId, auditIdUse: judgement.auditIdUse, index };
    records.set({ topic: ingestedTopic, key, value }, event);
    if (truncatedBytes > 0) truncated += 1;
    for (const [kind, count] of judgement.redacted) {
      redacted.set(kind, (redacted.get(kind) ?? 0) + count);
    }
  }
  return { records, rejected, redacted, truncated, dropped, reductions };
}

function provenanceOf(
  { source, cluster, origin, way, exporter }: Delivery,
  receivedAt: number,
  { redaction, reduction = null }: JudgePorts,
): Provenance {
  const from = { source, cluster, origin, delivery: way, exporter: exporter ?? null };
  return { ...from, receivedAt, redaction, reduction };
}

/** Items that were too large to be held. */
function rejectedUnseen({ items, oversized }: Delivery): RejectedItem[] {
  return oversized.map((size, at) => ({
    ...{ rejection: tooLarge(size), index: items.length + at, item: null, size },
  }));
}
