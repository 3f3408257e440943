/** From an item's bytes to the record that stands for it, or to the reason why there is none. */
import { isUtf8 } from 'node:buffer';
import { type Policy } from '@auditstream/audit-policy/policy';
import { type AuditRecord, type Delivery, type Origin } from '@auditstream/events/generated/types';
import { type AuditIdUse } from './audit-id-use.ts';
import { dockerFacts } from './docker-event.ts';
import { type ExportFormat } from './export/export-format.ts';
import { type EventFacts, type ReadFacts } from './event-facts.ts';
import { eventId } from './identity.ts';
import { JsonScanError } from '@auditstream/item/json-cursor';
import { membersOf, type ScannedItem } from '@auditstream/item/json-scan';
import { kubernetesFacts } from './kubernetes-event.ts';
import { noticeFacts } from './notice-event.ts';
import { maxRecorded } from '@auditstream/item/redact/removals';
import { type RedactionPolicy } from '@auditstream/item/redact/policy';
import { redactItem, type Redacted } from '@auditstream/item/redact/redact';
import { reduce, type Reduction } from './reduce/reduce.ts';
import { isOversized, RejectedItem, type Rejection, tooLarge } from './rejection.ts';

/** The kinds of system that events can come from; `auditstream` for ingest's own notices. */
export type SourceKind = 'kubernetes' | 'docker' | 'auditstream';

/** Where and when the items of a delivery came from. */
export interface Provenance {
  readonly source: SourceKind;
  readonly cluster: string;
  readonly origin: Origin;
  readonly delivery: Delivery;
  /** The managed service that exported them, where one did. */
  readonly exporter: ExportFormat | null;
  /** Ingest's clock, epoch milliseconds. */
  readonly receivedAt: number;
  /** What is taken out beyond what always is. */
  readonly redaction: RedactionPolicy;
  /** What is not kept of Kubernetes events; all is where there is none. */
  readonly reduction?: Policy | null;
}

export type Judgement =
  | {
      readonly type: 'accepted';
      readonly record: AuditRecord;
      /** Decides the partition: equal for all events about one object. */
      readonly key: string;
      /** What was taken out, by kind. */
      readonly redacted: Redacted['counts'];
      /** What the reducer took of it; null where it is whole. */
      readonly reduced: Reduction | null;
      /** Not there where the source has no audit ids. */
      readonly auditIdUse?: AuditIdUse;
    }
  /** The reducer keeps nothing of it. */
  | { readonly type: 'dropped'; readonly reduced: Reduction }
  | { readonly type: 'rejected'; readonly rejection: Rejection };

/** Levels of arrays and objects in an event, the event itself being the first. */
export const maxEventDepth = 64;

const readers: Readonly<Record<SourceKind, ReadFacts>> = {
  kubernetes: kubernetesFacts,
  docker: dockerFacts,
  auditstream: noticeFacts,
};

/**
 * Judges one item. The record's body is the item without its secrets; where it has none, the item itself,
 * whose memory it shares. Everything is read from what was redacted.
 * @param truncatedBytes what was taken out of it because it was too large
 */
export function judgeItem(item: Buffer, from: Provenance, truncatedBytes = 0): Judgement {
  if (isOversized(item)) return { type: 'rejected', rejection: tooLarge(item.length) };
  try {
    const original = scan(item);
    const redacted = redactItem(original, from.source, from.redaction);
    const whole = redacted.bytes === item ? original : scan(redacted.bytes);
    // Read before anything is dropped: what is no event is rejected, whatever a policy says.
    const facts = readers[from.source](from.cluster, whole);
    const reduced = reductionOf(whole, from);
    if (reduced?.bytes === null) return { type: 'dropped', reduced };
    const scanned = reduced === null ? whole : scan(reduced.bytes);
    return accepted({ scanned, redacted, reduced, facts, truncatedBytes }, from);
  } catch (error) {
    return { type: 'rejected', rejection: rejectionOf(error) };
  }
}

function reductionOf(item: ScannedItem, { source, reduction }: Provenance): Reduction | null {
  return source === 'kubernetes' && reduction != null ? reduce(item, reduction) : null;
}

interface Readings {
  readonly scanned: ScannedItem;
  readonly redacted: Redacted;
  readonly reduced: Reduction | null;
  readonly facts: EventFacts;
  readonly truncatedBytes: number;
}

function accepted(
  { scanned, redacted, reduced, facts, truncatedBytes }: Readings,
  from: Provenance,
): Judgement {
  const id = eventId(from.cluster, facts.micros, scanned);
  const requestId = facts.requestId ?? id;
  const record: AuditRecord = {
    id,
    requestId,
    source: from.source,
    cluster: from.cluster,
    origin: from.origin,
    delivery: from.delivery,
    exporter: from.exporter,
    time: facts.micros,
    receivedAt: from.receivedAt,
    redactions: [...(facts.redactions ?? []), ...redacted.redactions].slice(0, maxRecorded),
    redacted: (facts.redactions?.length ?? 0) + sum(redacted.counts.values()),
    truncatedBytes,
    body: scanned.bytes,
  };
  // A JSON array: joined by any separator, two objects could have one key.
  const key = JSON.stringify([from.cluster, ...(facts.object ?? [requestId])]);
  const { auditIdUse } = facts;
  return {
    ...{ type: 'accepted', record, key, redacted: redacted.counts, reduced },
    ...(auditIdUse && { auditIdUse }),
  };
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

function scan(bytes: Buffer): ScannedItem {
  if (!isUtf8(bytes)) throw new RejectedItem('not-utf8', 'The item is not valid UTF-8.');
  const members = membersOf(bytes, maxEventDepth);
  if (members === null) throw new RejectedItem('not-an-event', 'The item is not an object.');
  return { bytes, members };
}

function rejectionOf(error: unknown): Rejection {
  if (error instanceof RejectedItem) return { code: error.code, message: error.message };
  if (!(error instanceof JsonScanError)) throw error;
  return error.code === 'too-deep'
    ? { code: 'too-deep', message: `More than ${maxEventDepth} levels: ${error.message}.` }
    : { code: 'not-json', message: `The item is not JSON: ${error.message}.` };
}
