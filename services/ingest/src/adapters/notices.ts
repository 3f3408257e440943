/** Tells of what ingest sees of its sources and of itself. docs/notices.md is the contract. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept, type Delivery } from '../delivery.ts';
import { type Notice, type Notify } from '../domain/notice.ts';
import { noticeItem } from '../domain/notice-item.ts';
import { deliver } from './deliver.ts';
import { type Backoff } from './waiting.ts';

export interface NoticesOptions {
  readonly accept: Accept;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly telemetry: Pick<Telemetry, 'count' | 'log'>;
  /** How many notices wait at most; 1,000 if not given. */
  readonly maxWaiting?: number;
  readonly backoff?: Backoff;
}

export interface Notices {
  readonly notify: Notify;
  /** Resolves when nothing is handed over any more; what waits is tried once. */
  stop(): Promise<void>;
}

const defaultMaxWaiting = 1_000;

/** Hands notices over one after the other, in the order in which they were told. */
export function startNotices(options: NoticesOptions): Notices {
  const { now, telemetry, maxWaiting = defaultMaxWaiting } = options;
  const stopping = new AbortController();
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();

  const handOver = async (delivery: Delivery, action: Notice['action']): Promise<void> => {
    const isDurable = await tryUntilStopped(delivery, options, stopping.signal);
    waiting -= 1;
    const result = isDurable ? 'durable' : 'left';
    telemetry.count('ingest_notices_total', { action, result });
  };
  return {
    notify(notice) {
      const { action } = notice;
      if (waiting >= maxWaiting) {
        telemetry.log.error({ notice }, 'Too many notices wait: this one is only logged.');
        telemetry.count('ingest_notices_total', { action, result: 'logged' });
        return Promise.resolve();
      }
      const { cluster, subject, message } = notice;
      telemetry.log.warn({ action, cluster, subject }, message);
      waiting += 1;
      const delivery = deliveryOf(notice, now());
      last = last.then(() => handOver(delivery, action));
      return last;
    },
    async stop() {
      stopping.abort();
      await last;
    },
  };
}

function deliveryOf(notice: Notice, millis: number): Delivery {
  return {
    source: 'auditstream',
    sourceName: 'auditstream',
    cluster: notice.cluster,
    origin: 'live',
    way: 'notice',
    items: [noticeItem(notice, millis * 1_000)],
    oversized: [],
  };
}

/** @returns whether it is durable */
async function tryUntilStopped(
  delivery: Delivery,
  options: NoticesOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { accept, telemetry } = options;
  if (await deliver(delivery, { ...options, signal })) return true;
  try {
    await accept(delivery);
    return true;
  } catch (error) {
    telemetry.log.error({ cluster: delivery.cluster, error }, 'A notice was left when stopping.');
    return false;
  }
}
