/** Asks Docker Engines whether they are there. docs/notices.md is the contract. */
import { request } from 'node:http';
import { type EngineSource, type Source, sourceName } from '../domain/sources.ts';
import { wait } from './waiting.ts';

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
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerLimitMs)]);
    if ((await doesAnswer(engine, limit)) && !isOver()) onAnswer(sourceName(engine));
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
function doesAnswer({ socket }: EngineSource, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const target = { socketPath: socket, path: '/_ping', headers: { host: 'docker' } };
    const outgoing = request({ ...target, signal, agent: false }, (response) => {
      response.destroy();
      resolve(response.statusCode === 200);
    });
    outgoing.on('error', () => {
      resolve(false);
    });
    outgoing.end();
  });
}
