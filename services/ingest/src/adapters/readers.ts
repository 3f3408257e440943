import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept } from '../delivery.ts';
import { type Notify } from '../domain/notice.ts';
import { type Source } from '../domain/sources.ts';
import { startAuthzJournal } from './docker/authz-journal.ts';
import { openCheckpoints } from './checkpoints.ts';
import { startDockerEngine } from './docker/docker-engine.ts';
import { startLogFiles } from './log-files/log-files.ts';

export interface ReadersOptions {
  readonly sources: readonly Source[];
  /** Folder of the checkpoints; made where it is missing. */
  readonly folder: string;
  readonly accept: Accept;
  /** Tells of what may be missing. */
  readonly notify: Notify;
  readonly telemetry: Pick<Telemetry, 'log' | 'count' | 'set'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Readers {
  /** Resolves when nothing is read or handed over any more. */
  stop(): Promise<void>;
}

/** Starts to read every source that does not send by itself. Rejects where the folder can't be used. */
export async function startReaders({
  sources,
  folder,
  ...options
}: ReadersOptions): Promise<Readers> {
  const logs = sources.filter((source) => source.kind === 'kubernetes-log');
  const engines = sources.filter((source) => source.kind === 'docker-engine');
  const journals = sources.filter((source) => source.kind === 'docker-authz');
  if (logs.length + engines.length + journals.length === 0)
    return { stop: () => Promise.resolve() };
  const checkpoints = await openCheckpoints(folder);
  const reading = await Promise.all([
    ...engines.map((source) => startDockerEngine({ ...options, source, checkpoints })),
    ...journals.map((source) => startAuthzJournal({ ...options, source, checkpoints })),
  ]);
  const following = startLogFiles({ ...options, sources: logs, checkpoints });
  return {
    async stop() {
      await Promise.all([following, ...reading].map((reader) => reader.stop()));
    },
  };
}
