import { type HealthState } from './health.ts';

/** What a consumer of a topic says about itself. */
export interface ConsumerState {
  readonly connected: boolean;
  /** Milliseconds for which there was work and nothing was settled. */
  readonly stalledForMs: number;
}

/** How long records may wait without one being settled. */
const stallLimitMs = 60_000;

/** Ready means connected and making progress; a process of many may own no partition. */
export function consumerHealth({ connected, stalledForMs }: ConsumerState): HealthState {
  if (!connected) return { ok: false, reason: 'the consumer is not connected to Kafka' };
  if (stalledForMs <= stallLimitMs) return { ok: true };
  const seconds = Math.round(stalledForMs / 1_000);
  return { ok: false, reason: `no record was settled for ${seconds} s` };
}
