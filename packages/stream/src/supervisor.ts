/** Keeps one consumer session open: opens the next when one has failed, without end. */
import { backoffMs, type BackoffPolicy } from './backoff.ts';
import { StreamError } from './errors.ts';
import { type ConsumerListener, type ConsumerSession } from './ports.ts';
import { type StreamTelemetry } from './types.ts';
import { wait } from './wait.ts';

/** A client that has not heard from Kafka for this long is replaced even if it does not complain. */
const SILENCE_LIMIT_MS = 120_000;
const SILENCE_CHECK_MS = 5_000;
const reopenPolicy: BackoffPolicy = { firstMs: 200, limitMs: 5_000 };

export interface SupervisorOptions {
  readonly telemetry: StreamTelemetry;
  readonly closeLimitMs: number;
  /** Called when a session is of no more use, before it is closed. */
  readonly onLost: () => void;
  readonly open: (fail: ConsumerListener['failed']) => ConsumerSession;
}

export interface Supervisor {
  current(): ConsumerSession | undefined;
  /** Closes the session and opens no other. */
  stop(): Promise<void>;
}

export function superviseSessions(options: SupervisorOptions): Supervisor {
  const stopping = new AbortController();
  let session: ConsumerSession | undefined;
  let attempt = 0;

  const runOne = async (): Promise<void> => {
    const life = new AbortController();
    const openedAt = Date.now();
    let error: StreamError | undefined;
    const fail = (reason: StreamError): void => {
      error ??= reason;
      life.abort();
    };
    session = options.open(fail);
    const signal = AbortSignal.any([life.signal, stopping.signal]);
    while (!signal.aborted) {
      await wait(SILENCE_CHECK_MS, signal);
      failIfSilent(Math.max(openedAt, session.lastAnswerAt()), fail);
    }
    if (session.lastAnswerAt() - openedAt > SILENCE_CHECK_MS) attempt = 0;
    options.onLost();
    if (error !== undefined) {
      options.telemetry.log.warn({ error }, 'The session with Kafka failed; another is opened.');
    }
    await session.close(options.closeLimitMs);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runOne();
      await wait(backoffMs(reopenPolicy, attempt, Math.random()), stopping.signal);
      attempt += 1;
    }
  };
  const running = run();
  return {
    current: () => session,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function failIfSilent(lastHeardAt: number, fail: (error: StreamError) => void): void {
  const silentMs = Date.now() - lastHeardAt;
  if (silentMs < SILENCE_LIMIT_MS) return;
  const message = `Kafka has not answered for ${Math.round(silentMs / 1000)} s.`;
  fail(new StreamError('timeout', message, { retryable: true }));
}
