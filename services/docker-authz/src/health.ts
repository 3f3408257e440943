import { type HealthState } from '@auditstream/runtime/health';

/** Without traffic nothing would show that a disk works again. */
const rememberedMs = 10_000;

/** @param failedAt when the journal was last not written, epoch milliseconds; 0 where it works */
export function journalHealth(failedAt: number, now: number): HealthState {
  if (failedAt === 0 || now - failedAt > rememberedMs) return { ok: true };
  return { ok: false, reason: 'the journal cannot be written: calls are allowed without a record' };
}
