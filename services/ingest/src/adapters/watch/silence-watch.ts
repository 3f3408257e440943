/** Tells of sources that fall silent, and that are there again. docs/notices.md is the contract. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Notify } from '../../domain/notice.ts';
import { resumedNotice, silentNotice } from '../../domain/silence-text.ts';
import { createSilences, type Sign, type Silence } from '../../domain/silences.ts';
import { type Source } from '../../domain/sources.ts';
import { watchedSources } from '../../domain/watched-sources.ts';
import { type Checkpoints } from '../checkpoints.ts';
import { wait } from '../waiting.ts';

export interface SilenceWatchOptions {
  readonly sources: () => readonly Source[];
  /** Remembers which silences were told. */
  readonly checkpoints: Checkpoints;
  readonly notify: Notify;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly telemetry: Pick<Telemetry, 'log' | 'set'>;
  /** Resolves when it is time to look again; every 5 s if not given. */
  readonly untilNextLook?: (signal: AbortSignal) => Promise<void>;
}

export interface SilenceWatch {
  heard(sourceName: string, sign: Sign): void;
  /** Resolves when nothing is looked for any more. */
  stop(): Promise<void>;
}

const lookMs = 5_000;

/** Rejects where the checkpoints can't be read. */
export async function startSilenceWatch(options: SilenceWatchOptions): Promise<SilenceWatch> {
  const { sources, notify, now, untilNextLook = everyLook } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const silences = createSilences();
  const known = new Set<string>();
  const memory = createMemory(options, signal);
  const look = async (): Promise<void> => {
    const watched = watchedSources(sources());
    silences.watch(watched, now());
    for (const { name } of watched) {
      if (known.has(name)) continue;
      known.add(name);
      const from = await toldBefore(options.checkpoints, name);
      if (from !== undefined) silences.restore(name, from);
    }
  };
  const tell = (): void => {
    const at = now();
    for (const silence of silences.due(at)) {
      memory.remember(silence, notify(silentNotice(silence, at)), true);
    }
    for (const { name, ms } of silences.sinceEvents(at)) {
      options.telemetry.set('ingest_source_silence_seconds', { source_name: name }, ms / 1_000);
    }
  };
  await look();
  const looking = run(signal, async () => {
    await untilNextLook(signal);
    await look();
    if (!signal.aborted) tell();
  });
  return {
    heard(name, sign) {
      const ended = silences.heard(name, sign, now());
      if (ended !== undefined) memory.remember(ended, notify(resumedNotice(ended, now())), false);
    },
    async stop() {
      stopping.abort();
      await looking;
      await memory.settled();
    },
  };
}

async function run(signal: AbortSignal, once: () => Promise<void>): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) await once();
}

function everyLook(signal: AbortSignal): Promise<void> {
  return wait(lookMs, signal);
}

/** What a name's checkpoint says of it. */
function checkpointName(sourceName: string): string {
  return `silence ${sourceName}`;
}

/** @returns since when a silence lasts that has been told; undefined where none has */
async function toldBefore(checkpoints: Checkpoints, name: string): Promise<number | undefined> {
  const value = (await checkpoints.read(checkpointName(name))) as { from?: unknown } | undefined;
  return Number.isSafeInteger(value?.from) ? (value?.from as number) : undefined;
}

interface Memory {
  remember(silence: Silence, told: Promise<void>, isSilent: boolean): void;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

/** Remembered in their order, each once its notice is durable: what was not told is told after a restart. */
function createMemory(
  { checkpoints, telemetry }: SilenceWatchOptions,
  signal: AbortSignal,
): Memory {
  let last = Promise.resolve();
  let writing = Promise.resolve();
  const write = async (name: string, from: number | null): Promise<void> => {
    try {
      await checkpoints.write(checkpointName(name), { from });
    } catch (error) {
      telemetry.log.error({ error }, 'That a source is silent may be told again after a restart.');
    }
  };
  return {
    remember({ source, from }, told, isSilent) {
      last = last.then(async () => {
        await told;
        // A notice that was left when the service stopped resolves as well.
        if (signal.aborted) return;
        writing = write(source.name, isSilent ? from : null);
        await writing;
      });
    },
    settled: () => writing,
  };
}
