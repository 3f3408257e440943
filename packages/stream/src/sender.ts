/** Sends over one producer session at a time, and replaces it after any failure. */
import { backoffMs, type BackoffPolicy } from './backoff.ts';
import { StreamError } from './errors.ts';
import { type OpenProducerSession, type ProducerSession } from './ports.ts';
import { type OutgoingRecord } from './types.ts';
import { endsWithin, wait } from './wait.ts';

export interface Sender {
  /** Connects in the background, and tries again until Kafka is reached: nobody may send before it is. */
  warmUp(): void;
  /** One request; not to be called before the last has ended. Rejects with a StreamError within the limit. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  readonly connected: () => boolean;
  /** From here on no session is opened. */
  close(): Promise<void>;
}

interface Connecting {
  readonly session: ProducerSession;
  readonly connected: Promise<void>;
}

const reconnectPolicy: BackoffPolicy = { firstMs: 200, limitMs: 5_000 };

export function createSender(open: OpenProducerSession, limitMs: number): Sender {
  const closing = new AbortController();
  let current: Connecting | undefined;
  let works = false;

  const connect = (): Connecting => {
    const session = open();
    return { session, connected: session.connect() };
  };
  const replace = (failed: Connecting): void => {
    failed.session.abandon();
    if (current !== failed) return;
    current = undefined;
    works = false;
  };
  const reach = async (): Promise<boolean> => {
    const used = (current ??= connect());
    try {
      await orTimeout(used.connected, limitMs);
      return current === used;
    } catch {
      replace(used);
      return false;
    }
  };
  const keepReaching = async (): Promise<void> => {
    for (let attempt = 0; !works && !closing.signal.aborted; attempt += 1) {
      if (await reach()) works = true;
      else await wait(backoffMs(reconnectPolicy, attempt, Math.random()), closing.signal);
    }
  };
  return {
    warmUp() {
      void keepReaching();
    },
    async send(records) {
      if (closing.signal.aborted) throw stopped();
      const used = (current ??= connect());
      try {
        const request = used.connected.then(() => used.session.send(records));
        await orTimeout(request, limitMs);
        works = true;
      } catch (error) {
        replace(used);
        throw error;
      }
    },
    connected: () => works,
    async close() {
      closing.abort();
      await current?.session.close();
      current = undefined;
      works = false;
    },
  };
}

export function stopped(): StreamError {
  return new StreamError('stopped', 'The producer has been stopped.', { retryable: false });
}

async function orTimeout(request: Promise<void>, limitMs: number): Promise<void> {
  if (await endsWithin(request, limitMs)) return request;
  const message = `Kafka did not acknowledge within ${limitMs} ms.`;
  throw new StreamError('timeout', message, { retryable: true });
}
