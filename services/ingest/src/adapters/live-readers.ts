/** Keeps one reader for each source that does not send by itself, as sources come and go. */
import { type Source } from '../domain/sources.ts';
import { type Readers, type ReadersOptions, startReaders } from './readers.ts';
import { type LiveSources } from './sources/live-sources.ts';
import { wait } from './waiting.ts';

export interface LiveReadersOptions extends Omit<ReadersOptions, 'sources'> {
  readonly sources: LiveSources;
  /** Milliseconds between two looks at the file; 1,000 if not given. */
  readonly everyMs?: number;
}

const defaultEveryMs = 1_000;

/** Rejects where a source of the beginning can't be read because the folder can't be used. */
export async function startLiveReaders(options: LiveReadersOptions): Promise<Readers> {
  const { sources, everyMs = defaultEveryMs } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Map<string, Readers>();
  const isOver = (): boolean => signal.aborted;
  await reconcile(running, sources.current(), options);
  const follow = async (): Promise<void> => {
    for (let last = sources.current(); !isOver();) {
      await wait(everyMs, signal);
      await sources.refresh();
      const now = sources.current();
      if (isOver() || now === last) continue;
      last = now;
      await reconcile(running, now, options).catch((error: unknown) => {
        options.telemetry.log.error({ error }, 'A new source could not be started.');
      });
    }
  };
  const following = follow();
  return {
    async stop() {
      stopping.abort();
      await following;
      await Promise.all([...running.values()].map((reader) => reader.stop()));
    },
  };
}

/** Those that have gone end first: what takes their place may read the same file. */
async function reconcile(
  running: Map<string, Readers>,
  sources: readonly Source[],
  options: LiveReadersOptions,
): Promise<void> {
  const wanted = new Map(sources.map((source) => [JSON.stringify(source), source]));
  for (const [key, reader] of running) {
    if (wanted.has(key)) continue;
    running.delete(key);
    await reader.stop();
  }
  for (const [key, source] of wanted) {
    if (running.has(key)) continue;
    running.set(key, await startReaders({ ...options, sources: [source] }));
  }
}
