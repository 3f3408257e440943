/** Asks Docker Engines whether they are there. docs/notices.md is the contract. */
import { type EngineSource, type Source, sourceName } from '../../domain/sources.ts';
import { createEngineClient } from '../docker/engine-client.ts';
import { wait } from '../waiting.ts';

/** A ping's answer is `OK`. */
const maxPingBytes = 1_024;

export interface AskEnginesOptions {
  readonly sources: () => readonly Source[];
  /** Told of each answer, with the source's name. */
  readonly onAnswer: (sourceName: string) => void;
  /** Milliseconds between two questions; 30,000 if not given. */
  readonly everyMs?: number;
  /** Milliseconds in which an engine has to answer; 10,000 if not given. */
  readonly answerLimitMs?: number;
}

export interface AskingEngines {
  /** Resolves when nobody is asked any more. */
  stop(): Promise<void>;
}

export function startAskingEngines(options: AskEnginesOptions): AskingEngines {
  const { sources, onAnswer, everyMs = 30_000, answerLimitMs = 10_000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const isOver = (): boolean => signal.aborted;
  const ask = async (engine: EngineSource): Promise<void> => {
    const limits = { signal, limitMs: answerLimitMs };
    if ((await doesAnswer(engine, limits)) && !isOver()) onAnswer(sourceName(engine));
  };
  const run = async (): Promise<void> => {
    while (!isOver()) {
      const engines = sources().filter((source) => source.kind === 'docker-engine');
      await Promise.all(engines.map(ask));
      await wait(everyMs, signal);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** An engine that hangs takes connections all the same: only its answer shows that it is there. */
async function doesAnswer(
  { address }: EngineSource,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<boolean> {
  try {
    const client = createEngineClient(address, limitMs);
    const { status } = await client.get('/_ping', { signal, maxBytes: maxPingBytes });
    return status === 200;
  } catch {
    return false;
  }
}
