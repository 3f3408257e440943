/** Sends over one producer session at a time, and replaces it after any failure. */
import { StreamError } from './errors.ts';
import { type OpenProducerSession, type ProducerSession } from './ports.ts';
import { type OutgoingRecord } from './types.ts';
import { endsWithin } from './wait.ts';

export interface Sender {
  /** Connects in the background. */
  warmUp(): void;
  /** One request; not to be called before the last has ended. Rejects with a StreamError within the limit. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  readonly connected: () => boolean;
  close(): Promise<void>;
}

interface Connecting {
  readonly session: ProducerSession;
  readonly connected: Promise<void>;
}

export function createSender(open: OpenProducerSession, limitMs: number): Sender {
  let current: Connecting | undefined;
  let works = false;

  const connect = (): Connecting => {
    const session = open();
    const connected = session.connect();
    connected.then(
      () => (works = true),
      () => undefined,
    );
    return { session, connected };
  };
  const replace = (failed: Connecting): void => {
    failed.session.abandon();
    works = false;
    if (current === failed) current = undefined;
  };
  return {
    warmUp() {
      current ??= connect();
    },
    async send(records) {
      current ??= connect();
      const used = current;
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
      await current?.session.close();
      current = undefined;
      works = false;
    },
  };
}

async function orTimeout(request: Promise<void>, limitMs: number): Promise<void> {
  if (await endsWithin(request, limitMs)) return request;
  const message = `Kafka did not acknowledge within ${limitMs} ms.`;
  throw new StreamError('timeout', message, { retryable: true });
}
