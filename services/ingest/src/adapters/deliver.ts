import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept, type Delivery } from '../delivery.ts';
import { type Backoff, backoffMs, defaultBackoff, wait } from './waiting.ts';

export interface DeliverOptions {
  readonly accept: Accept;
  readonly telemetry: Pick<Telemetry, 'log'>;
  readonly signal: AbortSignal;
  readonly backoff?: Backoff;
}

/**
 * Hands a delivery over until it is accepted, whatever goes wrong: nothing is skipped.
 * @returns false when the signal was aborted before
 */
export async function deliver(delivery: Delivery, options: DeliverOptions): Promise<boolean> {
  const { accept, telemetry, signal, backoff = defaultBackoff } = options;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await accept(delivery);
      return true;
    } catch (error) {
      const waitMs = backoffMs(backoff, attempt);
      const { sourceName: source, cluster } = delivery;
      telemetry.log.warn(
        { source, cluster, attempt, waitMs, error },
        'A delivery was not accepted.',
      );
      await wait(waitMs, signal);
    }
  }
  return false;
}
