import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Notify } from '../../domain/notice.ts';
import { addressText, type EngineSource } from '../../domain/sources.ts';

export interface EngineGap {
  /** Nanoseconds since 1970, by the engine's clock where an event gave them. */
  readonly from: bigint;
  readonly to: bigint;
  readonly cause: 'replay-cut' | 'slow-reading';
}

export interface GapPorts {
  readonly source: EngineSource;
  readonly notify: Notify;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

const reasons: Readonly<Record<EngineGap['cause'], string>> = {
  'replay-cut':
    'It was not connected, and has not sent the last event again that was read before: more than 256 events came, or it was started anew.',
  'slow-reading':
    'Events came faster than Kafka and the spool took them, and the engine drops what is not read in time.',
};

/** Tells of a gap. Resolves when that is durable. */
export async function tellGap(
  { from, to: end, cause }: EngineGap,
  { source, notify, telemetry }: GapPorts,
): Promise<void> {
  const { cluster, address } = source;
  const to = end > from ? end : from;
  const name = addressText(address);
  telemetry.log.warn({ cluster, engine: name, cause }, 'Events of a Docker Engine may be missing.');
  await notify({
    action: 'source-gap',
    cluster,
    subject: { type: 'docker-engine', name },
    from: Number(from / 1_000n),
    to: Number(to / 1_000n),
    message: `Events of the Docker Engine ${cluster} may be missing. ${reasons[cause]} Look into the log of the engine for what happened in that time.`,
    details: { cause },
  });
}
