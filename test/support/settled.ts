import { type KafkaConnection } from '@auditstream/stream/connection';
import { totalLag } from '../../cli/src/sample/observe.ts';
import { waitFor } from './wait-for.ts';

/**
 * Waits until everything that was accepted before the call is settled by every service: what is found then
 * is final. To count detections does not do, as a higher revision of one may be under way.
 */
export async function untilSettled(kafka: KafkaConnection): Promise<void> {
  await waitFor(
    'every consumer to settle what it reads',
    async () => ((await totalLag(kafka)) === 0 ? true : undefined),
    120_000,
  );
}
