/** Tells that events of a log may be missing: in a metric and by a notice, which is logged, too. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Notify } from '../../domain/notice.ts';
import { type GapReason } from './rotation.ts';

export interface LogGap {
  readonly reason: GapReason;
  readonly cluster: string;
  /** The path that is followed, and the file in which something is missing. */
  readonly path: string;
  readonly file: string;
  /** Bytes of that file that are accepted. */
  readonly offset: number;
  /** Microseconds since 1970. */
  readonly from: number | undefined;
  readonly to: number;
}

export interface GapOptions {
  readonly telemetry: Pick<Telemetry, 'count'>;
  readonly notify: Notify;
}

const messages: Readonly<Record<GapReason, string>> = {
  copied:
    'A log file was rotated by copying and truncating it: lines written between the two are lost. Rotate by renaming.',
  gone: 'The rest of a log file is not to be found: it was truncated, or removed before it was read. Keep more rotated files.',
  damaged: 'A compressed log file ends before its time: what it held beyond that is lost.',
};

/** Resolves when the notice is durable. */
export async function tellGap(gap: LogGap, { telemetry, notify }: GapOptions): Promise<void> {
  const { reason, cluster, path, file, offset, from, to } = gap;
  telemetry.count('ingest_log_gaps_total', { cluster, reason });
  await notify({
    action: 'source-gap',
    cluster,
    subject: { type: 'kubernetes-log', name: path },
    ...(from !== undefined && { from }),
    to,
    message: messages[reason],
    details: { reason, file, offset: String(offset) },
  });
}
