import { type HealthState } from '@auditstream/runtime/health';

/** How long a failure counts: without traffic nothing would show that Kafka is back. */
const failureCountsMs = 10_000;

export interface KafkaSigns {
  /** Whether Kafka was reached, or acknowledged the last request. */
  readonly connected: boolean;
  /** When it last did not acknowledge, epoch milliseconds; null once it has again. */
  readonly failedAt: number | null;
}

/**
 * Whether deliveries can be expected to become durable. An unready ingest may get no traffic, and could
 * then never show that it works again: a failure is forgotten after ten seconds.
 */
export function kafkaHealth({ connected, failedAt }: KafkaSigns, now: number): HealthState {
  if (connected) return { ok: true };
  if (failedAt === null) return { ok: false, reason: 'Kafka has not been reached yet' };
  return now - failedAt > failureCountsMs
    ? { ok: true }
    : { ok: false, reason: 'Kafka did not acknowledge the last delivery' };
}
