import { sinceOf } from '../../domain/docker-event.ts';
import { type EngineClient } from './engine-client.ts';
import { wait } from '../waiting.ts';

export interface PulseOptions {
  readonly client: EngineClient;
  readonly signal: AbortSignal;
  readonly everyMs: number;
  /** The latest timeNano that the stream has brought. */
  readonly newest: () => bigint | undefined;
  /** Whether nothing is read on purpose. */
  readonly isPaused: () => boolean;
}

const maxBytes = 1024 * 1024;

/**
 * Looks now and then whether a stream of events still brings what the engine has: a connection that a
 * firewall has forgotten stays silent for ever, like one to an engine on which nothing happens.
 * @returns what is wrong; undefined on abort
 */
export async function watchPulse(options: PulseOptions): Promise<Error | undefined> {
  const { signal, everyMs } = options;
  const isOver = (): boolean => signal.aborted;
  let before: number | undefined;
  for (;;) {
    await wait(everyMs, signal);
    if (isOver()) return undefined;
    try {
      if (await lags(before, options)) {
        return new Error(`The engine has events that its stream has not brought in ${everyMs} ms.`);
      }
      before = await engineSeconds(options);
    } catch (error) {
      return isOver() ? undefined : (error as Error);
    }
  }
}

/** Whether the engine has events from before its last answer that are newer than all of the stream. */
async function lags(before: number | undefined, options: PulseOptions): Promise<boolean> {
  const { client, signal, newest, isPaused } = options;
  const last = newest();
  if (before === undefined || last === undefined || isPaused()) return false;
  if (BigInt(before) * 1_000_000_000n <= last + 1n) return false;
  const path = `/events?since=${sinceOf(last + 1n, 0n)}&until=${before}`;
  const { status, body } = await client.get(path, { signal, maxBytes });
  if (status !== 200) throw new Error(`The engine answered ${status} to GET ${path}.`);
  return body?.length !== 0 && newest() === last && !isPaused();
}

async function engineSeconds({ client, signal }: PulseOptions): Promise<number | undefined> {
  const { status, seconds } = await client.get('/_ping', { signal, maxBytes });
  if (status !== 200) throw new Error(`The engine answered ${status} to GET /_ping.`);
  return seconds;
}
