import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Delivery } from './delivery.ts';
import { type RejectedItem } from './letters.ts';
import { createLogLimit } from './log-limit.ts';

/** Tells of rejected items in the log, of each source and reason at most one line in ten seconds. */
export function createRejectionLog(
  { log }: Pick<Telemetry, 'log'>,
  now: () => number,
): (delivery: Delivery, rejected: readonly RejectedItem[]) => void {
  const limit = createLogLimit(now);
  return ({ source, cluster, way }, rejected) => {
    for (const { rejection, size } of rejected) {
      const suppressed = limit(JSON.stringify([source, cluster, rejection.code]));
      if (suppressed === undefined) continue;
      const { code, message } = rejection;
      const fields = { source, cluster, way, code, size, suppressed };
      log.warn(fields, `An item was rejected; its dead letter is kept: ${message}`);
    }
  };
}
