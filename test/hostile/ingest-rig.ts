/**
 * Ingest in a process of its own, without Kafka: the real webhook, log reader, step, threads and codecs, and a
 * sink that counts what would be sent. It is asked by messages, and tells how long its event loop was kept.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { openCodec } from '@auditstream/events/codec';
import { type SchemaRegistry } from '@auditstream/events/registry-client';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { startHttpServer } from '../../services/ingest/src/adapters/http/http-server.ts';
import { createJudgePool } from '../../services/ingest/src/adapters/judging/judge-pool.ts';
import { createSealer } from '../../services/ingest/src/adapters/letters/sealer.ts';
import { startReaders } from '../../services/ingest/src/adapters/readers.ts';
import { createByteBudget } from '../../services/ingest/src/byte-budget.ts';
import { type Source } from '../../services/ingest/src/domain/sources.ts';
import { createIngest } from '../../services/ingest/src/ingest.ts';
import { letterNaming } from '../../services/ingest/src/letters.ts';
import { createTurns } from '../../services/ingest/src/turns.ts';
import { watchLoop } from './loop-watch.ts';

export interface RigStart {
  readonly sources: readonly Source[];
  readonly folder: string;
}

export interface RigReport {
  readonly port: number;
  /** Records that were sent, by topic. */
  readonly sent: Readonly<Record<string, number>>;
  /** What the step counted, by cluster and result. */
  readonly events: Readonly<Record<string, number>>;
  /** The longest that the event loop was kept by work of its own thread, in milliseconds of its processor time. */
  readonly longestMs: number;
  /** Bytes that are in use after all garbage has been collected, and that the process takes. */
  readonly usedBytes: number;
  readonly rssBytes: number;
  /** Messages of log lines that say error. */
  readonly errors: readonly string[];
}

const tally = new Map<string, number>();
const sent = new Map<string, number>();
const errors: string[] = [];
const add = (counts: Map<string, number>, key: string, by: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by);
const ignore = (): void => undefined;
const log = {
  ...{ debug: ignore, info: ignore, warn: ignore },
  error: (_fields: object, message: string) => void errors.push(message),
};
const telemetry = {
  log,
  observe: ignore,
  set: ignore,
  count: (metric: string, labels: Readonly<Record<string, string>>, by = 1): void => {
    if (metric === 'ingest_events_total') {
      add(tally, `${String(labels['cluster'])} ${String(labels['result'])}`, by);
    }
  },
} as never;
const registry: SchemaRegistry = {
  idOf: () => Promise.resolve(1),
  schemaOf: (id) => Promise.reject(new Error(`Nobody wrote with schema ${id}.`)),
};
const entry = new URL(
  '../../services/ingest/dist/adapters/judging/judge-worker.js',
  import.meta.url,
);
const threads = Math.min(2, Math.max(1, availableParallelism() - 1));

async function start({ sources, folder }: RigStart): Promise<() => RigReport> {
  const turns = createTurns();
  const { judge } = createJudgePool({ entry, threads, telemetry });
  const nameLetter = letterNaming(randomBytes(32));
  const seal = createSealer({ recipients: [], now: () => performance.now() });
  const accept = createIngest({
    ingested: await openCodec('audit.ingested', registry),
    deadLetters: await openCodec('audit.dead-letters', registry),
    durably: (records) => {
      for (const { topic } of records) add(sent, topic, 1);
      return Promise.resolve([]);
    },
    ...{ redaction: defaultPolicy, now: Date.now, nameLetter, seal, judge, turns, telemetry },
  });
  const budget = createByteBudget(64 * 1024 * 1024);
  const common = { sources, accept, turns, telemetry };
  const notify = (): Promise<void> => Promise.resolve();
  await startReaders({ ...common, folder, notify, now: Date.now });
  const { port } = await startHttpServer({
    ...{ ...common, host: '127.0.0.1', port: 0, tls: null, budget, now: Date.now },
    sources: { current: () => sources },
    // A list that is told to come again may be accepted all the same, and would be counted twice.
    answerLimitMs: 600_000,
  });
  const loop = watchLoop();
  return () => {
    const longestMs = loop.longestMs();
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    loop.reset();
    return {
      ...{ port, longestMs, rssBytes: rss, usedBytes: heapUsed + external },
      ...{ sent: Object.fromEntries(sent), events: Object.fromEntries(tally), errors },
    };
  };
}

let report: (() => RigReport) | undefined;
process.on('message', (message: RigStart | 'report') => {
  void (async () => {
    if (message !== 'report') report = await start(message);
    process.send?.(report?.());
  })();
});
process.on('disconnect', () => process.exit(0));
