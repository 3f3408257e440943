import { type Telemetry } from '@auditstream/runtime/telemetry';
import { createLogLimit } from '../../log-limit.ts';
import { unknownSource } from '../../domain/sources.ts';
import { type Refusal } from './http-errors.ts';

export interface RefusedRequest {
  /** Name of the source whose credential the request had, if any. */
  readonly source: string | undefined;
  readonly remoteAddress: string;
  readonly url: string;
}

export type LogRefusal = (refusal: Refusal, request: RefusedRequest) => void;

const MAX_URL_CHARACTERS = 200;

/**
 * Counts every refusal. Logs the first of a code, then one in ten seconds with the number of those in
 * between: whoever may be refused must not be able to fill the log. What the sender is asked to send
 * again is counted only.
 */
export function createRefusalLog(
  telemetry: Pick<Telemetry, 'count' | 'log'>,
  now: () => number,
): LogRefusal {
  const limit = createLogLimit(now);
  return (refusal, { source, remoteAddress, url }) => {
    telemetry.count('ingest_rejections_total', {
      source_name: source ?? unknownSource,
      reason: refusal.code,
    });
    if (refusal.retryable) return;
    const suppressed = limit(refusal.code);
    if (suppressed === undefined) return;
    const { code, cause: error } = refusal;
    const path = url.slice(0, MAX_URL_CHARACTERS);
    const fields = { code, source, remoteAddress, path, suppressed };
    if (code === 'internal') telemetry.log.error({ ...fields, error }, 'A request failed.');
    else telemetry.log.warn(fields, `A request was refused: ${refusal.message}`);
  };
}
