import { type HealthState } from '@auditstream/runtime/health';
import { type SinkSigns } from './durable-sink.ts';

/** How long a failure of the disk counts: without traffic nothing would show that it works again. */
const failureCountsMs = 10_000;

export interface DurabilitySigns extends SinkSigns {
  /** Whether Kafka was reached, or acknowledged the last request. */
  readonly isConnected: boolean;
}

/**
 * Whether a delivery would become durable. Kafka's absence alone is no reason: the spool is there for that.
 */
export function durabilityHealth(signs: DurabilitySigns, now: number): HealthState {
  const { mode, diskFailedAt, isConnected } = signs;
  if (mode === 'full') {
    return { ok: false, reason: 'the spool is full, and Kafka does not acknowledge' };
  }
  if (isConnected || diskFailedAt === null || now - diskFailedAt > failureCountsMs) {
    return { ok: true };
  }
  return { ok: false, reason: 'the spool could not be written, and Kafka does not acknowledge' };
}
