/** What the step counts of each delivery, by the source's name. */
import { type AuditRecord, type RedactionKind } from '@auditstream/events/generated/types';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Delivery } from './delivery.ts';
import { createRecentIds } from './domain/recent-ids.ts';
import { type Reduction } from './domain/reduce/reduce.ts';
import { type RejectionReason } from './domain/rejection.ts';

export type AcceptedEvent = Pick<AuditRecord, 'id' | 'time'>;

/** What has become of a delivery once it is durable. */
export interface Outcome {
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly accepted: readonly AcceptedEvent[];
  /** Of each rejected item. */
  readonly reasons: readonly RejectionReason[];
  /** What was taken out of the accepted items, by kind. */
  readonly redacted: ReadonlyMap<RedactionKind, number>;
  /** How many of the accepted items lack their bodies. */
  readonly truncated: number;
  /** How many items the reducer dropped: they count as accepted. */
  readonly dropped: number;
  /** What the reducer took, event by event. */
  readonly reductions: readonly Pick<Reduction, 'rule' | 'effect'>[];
}

export interface IngestMeter {
  received(delivery: Delivery): void;
  settled(delivery: Delivery, outcome: Outcome): void;
}

export function createIngestMeter(telemetry: Pick<Telemetry, 'count' | 'observe'>): IngestMeter {
  const recent = createRecentIds();
  return {
    received({ sourceName: source_name, items, oversized }) {
      const bytes = sum(items.map(({ length }) => length)) + sum(oversized);
      telemetry.count(
        'ingest_received_items_total',
        { source_name },
        items.length + oversized.length,
      );
      telemetry.count('ingest_received_bytes_total', { source_name }, bytes);
    },
    settled(delivery, { receivedAt, accepted, reasons, ...taken }) {
      const { source, cluster, sourceName: source_name } = delivery;
      const labels = { source, cluster, source_name };
      telemetry.count(
        'ingest_events_total',
        { ...labels, result: 'accepted' },
        accepted.length + taken.dropped,
      );
      telemetry.count('ingest_events_total', { ...labels, result: 'rejected' }, reasons.length);
      for (const reason of reasons) {
        telemetry.count('ingest_rejections_total', { source_name, reason });
      }
      countTaken(delivery, taken, telemetry);
      const repeats = accepted.filter(({ id }) => recent.add(id)).length;
      if (repeats > 0) telemetry.count('ingest_repeats_total', { source_name }, repeats);
      if (accepted.length === 0) return;
      const lag = receivedAt / 1_000 - oldestOf(accepted) / 1_000_000;
      telemetry.observe('ingest_lag_seconds', { source_name }, Math.max(0, lag));
    },
  };
}

type Taken = Pick<Outcome, 'redacted' | 'truncated' | 'reductions'>;

/** What is not in the records that was in the items. */
function countTaken(
  { source, cluster, sourceName: source_name }: Delivery,
  { redacted, truncated, reductions }: Taken,
  telemetry: Pick<Telemetry, 'count'>,
): void {
  if (truncated > 0) {
    telemetry.count('ingest_truncated_events_total', { source, cluster }, truncated);
  }
  for (const { rule, effect } of reductions) {
    telemetry.count('ingest_reduced_total', { rule: String(rule), effect });
  }
  for (const [kind, count] of redacted) {
    telemetry.count('ingest_redactions_total', { source_name, kind }, count);
  }
}

/** Microseconds since 1970. */
function oldestOf(events: readonly AcceptedEvent[]): number {
  return events.reduce((oldest, { time }) => Math.min(oldest, time), Infinity);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
