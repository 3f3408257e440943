/** Follows the audit log files of API servers. docs/ingest.md is the contract. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept } from '../delivery.ts';
import { type LogSource } from '../domain/sources.ts';
import { type Checkpoints } from './checkpoints.ts';
import { followFile } from './follow-file.ts';
import { type Backoff } from './waiting.ts';

export interface LogFilesOptions {
  readonly sources: readonly LogSource[];
  readonly accept: Accept;
  readonly checkpoints: Checkpoints;
  readonly telemetry: Pick<Telemetry, 'log'>;
  /** Milliseconds between looks at a file that has nothing new; 250 if not given. */
  readonly pollMs?: number;
  readonly backoff?: Backoff;
}

export interface Following {
  /** Resolves when nothing is read or handed over any more. */
  stop(): Promise<void>;
}

/** Follows every file of every source, each by itself, until it is stopped. */
export function startLogFiles(options: LogFilesOptions): Following {
  const stopping = new AbortController();
  const followed = options.sources.flatMap((source) =>
    source.files.map((path) => followFile(path, { ...options, source, signal: stopping.signal })),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(followed);
    },
  };
}
