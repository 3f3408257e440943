/** How far the files of a source are behind their ends, and what is told while one catches up. */
import { type Telemetry } from '@auditstream/runtime/telemetry';

export interface Backlog {
  /** Bytes of a path that are on disk and not accepted; 0 as well when it is not followed any more. */
  report(path: string, bytes: number): void;
}

export interface Backlogs {
  of(cluster: string): Backlog;
}

/** Keeps a gauge for each cluster: the sum over its files. */
export function createBacklogs(telemetry: Pick<Telemetry, 'set'>): Backlogs {
  const clusters = new Map<string, Map<string, number>>();
  return {
    of(cluster) {
      const behind = clusters.get(cluster) ?? new Map<string, number>();
      clusters.set(cluster, behind);
      return {
        report(path, bytes) {
          if (bytes === 0) behind.delete(path);
          else behind.set(path, bytes);
          const sum = [...behind.values()].reduce((total, one) => total + one, 0);
          telemetry.set('ingest_log_behind_bytes', { cluster }, sum);
        },
      };
    },
  };
}

export interface Progress {
  /** @param readBytes in all, @param behind on disk and not accepted */
  note(readBytes: number, behind: number): void;
}

export interface ProgressOptions {
  readonly path: string;
  readonly cluster: string;
  readonly telemetry: Pick<Telemetry, 'log'>;
  readonly now: () => number;
  readonly everyMs: number;
}

/** Less is caught up with before anybody could read of it. */
const worthTelling = 16 * 1024 * 1024;

/** Logs a line now and then, and one at the end if there was one before. */
export function createProgress(options: ProgressOptions): Progress {
  const { path, cluster, telemetry, now, everyMs } = options;
  let last = { at: now(), bytes: 0 };
  let isTold = false;
  return {
    note(readBytes, behindBytes) {
      const at = now();
      const isDone = behindBytes === 0 && isTold;
      if (!isDone && (behindBytes < worthTelling || at - last.at < everyMs)) return;
      const seconds = Math.max(0.001, (at - last.at) / 1_000);
      const bytesPerSecond = Math.round((readBytes - last.bytes) / seconds);
      const fields = { path, cluster, readBytes, behindBytes, bytesPerSecond };
      telemetry.log.info(
        fields,
        isDone ? 'A log file has been caught up with.' : 'A log file is being caught up with.',
      );
      last = { at, bytes: readBytes };
      isTold = !isDone;
    },
  };
}
