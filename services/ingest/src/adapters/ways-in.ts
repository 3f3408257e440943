/** Every way by which events come in, and the notices about them. */
import { type Lifecycle } from '@auditstream/runtime/lifecycle';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { createByteBudget } from '../byte-budget.ts';
import { type AcceptStep } from '../delivery.ts';
import { type HttpServerOptions, startHttpServer } from './http/http-server.ts';
import { startLiveReaders } from './live-readers.ts';
import { startNotices } from './notices.ts';
import { watchSources } from './watch/source-watch.ts';
import { type LiveSources } from './sources/live-sources.ts';

type FromUs = 'accept' | 'budget' | 'sources' | 'telemetry';

export interface WaysInOptions extends Omit<HttpServerOptions, FromUs> {
  readonly accept: AcceptStep;
  readonly sources: LiveSources;
  readonly telemetry: Telemetry;
  /** Bytes of requests that are read or answered at once. */
  readonly maxInFlightBytes: number;
  /** Folder of the checkpoints. */
  readonly folder: string;
}

/** Notices are there before any way is open, and until all are closed. Rejects where one can't be opened. */
export async function openWaysIn(lifecycle: Lifecycle, options: WaysInOptions): Promise<void> {
  const { notify } = await lifecycle.acquire(
    'notices',
    () => Promise.resolve(startNotices(options)),
    (notices) => notices.stop(),
  );
  const sources = options.sources.current;
  const accept = await watchSources(lifecycle, { ...options, sources, notify });
  const budget = createByteBudget(options.maxInFlightBytes);
  await lifecycle.acquire(
    'audit webhook',
    () => startHttpServer({ ...options, accept, budget }),
    (server) => server.stop(),
  );
  await lifecycle.acquire(
    'readers',
    () => startLiveReaders({ ...options, accept, notify }),
    (readers) => readers.stop(),
  );
}
