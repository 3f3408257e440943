/** Judges the items of a delivery, in their order. */
import { type Policy } from '@auditstream/audit-policy/policy';
import { type TopicCodec } from '@auditstream/events/codec';
import { type AuditRecord, type RedactionKind } from '@auditstream/events/generated/types';
import { type TopicName } from '@auditstream/events/topics';
import { type RedactionPolicy } from '@auditstream/item/redact/policy';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { type Delivery, type DurableEvent, IngestError } from './delivery.ts';
import { type Judgement, type Provenance } from './domain/record.ts';
import { type Reduction } from './domain/reduce/reduce.ts';
import { judgingFailed, tooLarge } from './domain/rejection.ts';
import { framesOf } from './frames-of.ts';
import { type Judging } from './judging.ts';
import { type RejectedItem } from './letters.ts';

export interface JudgePorts extends Partial<Judging> {
  readonly ingested: Pick<TopicCodec<AuditRecord>, 'encode'>;
  /** What is taken out of events beyond what always is. */
  readonly redaction: RedactionPolicy;
  /** What is not kept of Kubernetes events; all is where there is none. */
  readonly reduction?: Policy | null;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

/** With all that may be left out. */
export type StepPorts = JudgePorts & Judging;

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

/**
 * Pauses between items where others have waited for too long; items stay in their order.
 * @param receivedAt epoch milliseconds
 */
export async function judgeDelivery(
  delivery: Delivery,
  receivedAt: number,
  ports: StepPorts,
): Promise<Judged> {
  const from = provenanceOf(delivery, receivedAt, ports);
  const redacted = new Map<RedactionKind, number>();
  const records = new Map<OutgoingRecord, JudgedItem>();
  const reductions: Reduction[] = [];
  let [truncated, dropped] = [0, 0];
  const rejected = rejectedUnseen(delivery);
  for (const [index, item] of delivery.items.entries()) {
    if (ports.turns.isDue()) await ports.turns.pause();
    const judgement = await outcomeOf(
      { item, truncatedBytes: delivery.cut?.get(item) ?? 0 },
      from,
      ports,
    );
    if (judgement.type === 'rejected') {
      rejected.push({ rejection: judgement.rejection, index, item, size: item.length });
      continue;
    }
    if (judgement.reduced !== null) reductions.push(judgement.reduced);
    if (judgement.type === 'dropped') {
      dropped += 1;
      continue;
    }
    const { outgoing } = judgement;
    const { id, time, requestId, truncatedBytes } = judgement.record;
    records.set(outgoing, { id, time, requestId, auditIdUse: judgement.auditIdUse, index });
    if (truncatedBytes > 0) truncated += 1;
    for (const [kind, count] of judgement.redacted) {
      redacted.set(kind, (redacted.get(kind) ?? 0) + count);
    }
  }
  return { records, rejected, redacted, truncated, dropped, reductions };
}

interface ItemToJudge {
  readonly item: Buffer;
  /** What was taken out of it because it was too large. */
  readonly truncatedBytes: number;
}

/** A judgement, and where it is accepted the record that is sent. */
type Outcome =
  | Exclude<Judgement, { readonly type: 'accepted' }>
  | (Extract<Judgement, { readonly type: 'accepted' }> & { readonly outgoing: OutgoingRecord });

/** A defect costs its item the judgement, not its delivery: whoever sends it would send it again and again. */
async function outcomeOf(
  { item, truncatedBytes }: ItemToJudge,
  from: Provenance,
  { judge, ingested, telemetry }: StepPorts,
): Promise<Outcome> {
  try {
    const judging = judge(item, from, truncatedBytes);
    const judgement = judging instanceof Promise ? await judging : judging;
    if (judgement.type !== 'accepted') return judgement;
    const [key, value] = [Buffer.from(judgement.key), ingested.encode(judgement.record)];
    return { ...judgement, outgoing: { topic: ingestedTopic, key, value } };
  } catch (error) {
    if (error instanceof IngestError) throw error;
    const { cluster, source } = from;
    const fields = { cluster, source, bytes: item.length, frames: framesOf(error) };
    telemetry.log.error(fields, 'An item could not be judged: it becomes a dead letter.');
    return { type: 'rejected', rejection: judgingFailed };
  }
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
