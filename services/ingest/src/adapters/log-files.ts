/** Follows the audit log files of API servers. docs/ingest.md is the contract. */
import { type LogSource } from '../domain/sources.ts';
import { followFile, type FollowOptions } from './follow-file.ts';

export interface LogFilesOptions extends Omit<FollowOptions, 'source' | 'signal'> {
  readonly sources: readonly LogSource[];
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
