/** Reads the events of Docker Engines. docs/docker-engine.md is the contract. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept } from '../../delivery.ts';
import { nanosOf } from '../../domain/docker-event.ts';
import { type Notify } from '../../domain/notice.ts';
import { type EngineSource, sourceName } from '../../domain/sources.ts';
import { type Checkpoints } from '../checkpoints.ts';
import { deliver } from '../deliver.ts';
import { createEngineClient } from './engine-client.ts';
import {
  createInspector,
  type Inspector,
  type InspectResult,
  type InspectorOptions,
} from './engine-inspector.ts';
import { openProgress, type ProgressKeeper } from './engine-progress.ts';
import { readEngine } from './engine-reader.ts';
import { createLineQueue, type LineBatch, type LineQueue } from './line-queue.ts';
import { type Backoff } from '../waiting.ts';

export interface DockerEngineOptions {
  readonly source: EngineSource;
  readonly accept: Accept;
  readonly notify: Notify;
  readonly checkpoints: Checkpoints;
  readonly telemetry: Pick<Telemetry, 'log' | 'count'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Bytes that wait at most; 16 MiB if not given. */
  readonly maxQueueBytes?: number;
  /** Milliseconds in which an engine has to begin its answer; 10,000 if not given. */
  readonly answerLimitMs?: number;
  /** Milliseconds in which the last event has to come again; 5,000 if not given. */
  readonly replayLimitMs?: number;
  /** Milliseconds between looks whether a stream is alive; 30,000 if not given. */
  readonly pulseMs?: number;
  /** Containers that wait for their inspect at most; 1,000 if not given. */
  readonly maxInspects?: number;
  readonly backoff?: Backoff;
}

export interface ReadingEngine {
  /** Resolves when nothing is read or handed over any more. */
  stop(): Promise<void>;
}

const defaults = {
  maxQueueBytes: 16 * 1024 * 1024,
  answerLimitMs: 10_000,
  replayLimitMs: 5_000,
  pulseMs: 30_000,
  maxInspects: 1_000,
  /** To connect to a socket costs little, and an engine holds 256 events at most. */
  backoff: { firstMs: 500, limitMs: 5_000 },
} as const;
const maxItems = 1_000;

/**
 * Reads one engine until it is stopped. One loop reads, another hands over: reading never waits for Kafka,
 * nor for an inspect. Rejects where the checkpoint can't be read; waits neither for the engine nor for Kafka.
 */
export async function startDockerEngine(given: DockerEngineOptions): Promise<ReadingEngine> {
  const options = { ...defaults, ...given };
  const keeper = await openProgress(options);
  const stopping = new AbortController();
  const { signal } = stopping;
  const queue = createLineQueue(options.maxQueueBytes, signal);
  const client = createEngineClient(options.source.address, options.answerLimitMs);
  const onRecord = putRecord(queue, options);
  const maxWaiting = options.maxInspects;
  const inspector =
    options.source.origin === 'replay'
      ? inspectingNothing
      : createInspector({ client, signal, onRecord, maxWaiting });
  const reading = readEngine({ ...options, client, inspector, keeper, queue, signal });
  const handing = handOver({ ...options, keeper, queue, signal });
  return {
    async stop() {
      stopping.abort();
      await Promise.all([reading, handing]);
      await keeper.save();
    },
  };
}

/** What an engine says now is no answer about the containers of a recording. */
const inspectingNothing: Inspector = {
  offer: (_event, done) => {
    done();
  },
};

/** What is not known of containers is told once for each reason: their records say it of each. */
function putRecord(
  queue: LineQueue,
  { source: { cluster }, telemetry }: DockerEngineOptions,
): InspectorOptions['onRecord'] {
  const told = new Set<InspectResult>();
  return (item, result, onAccepted) => {
    telemetry.count('ingest_inspects_total', { result });
    if (result !== 'inspected' && !told.has(result)) {
      told.add(result);
      const message = 'The configuration of a container is not known; further ones are counted.';
      telemetry.log.warn({ cluster, result }, message);
    }
    queue.put({ lines: [], cut: new Map(), oversized: [], made: [{ item, onAccepted }] });
  };
}

interface HandOverOptions extends DockerEngineOptions {
  readonly keeper: ProgressKeeper;
  readonly queue: LineQueue;
  readonly signal: AbortSignal;
}

async function handOver(options: HandOverOptions): Promise<void> {
  const { source, accept, telemetry, keeper, queue, signal } = options;
  const { cluster, origin } = source;
  const named = { source: 'docker', sourceName: sourceName(source), way: 'engine' } as const;
  const from = { ...named, cluster, origin };
  for (let batch = await queue.take(maxItems); batch; batch = await queue.take(maxItems)) {
    const { lines, cut, oversized, made } = batch;
    const items = [...lines, ...made.map(({ item }) => item)];
    if (!(await deliver({ ...from, items, cut, oversized }, { accept, telemetry, signal }))) return;
    for (const { onAccepted } of made) onAccepted();
    const last = lastNanosOf(batch);
    if (last !== undefined) keeper.reach({ last, toldUntil: undefined });
    await keeper.save();
  }
}

function lastNanosOf({ lines }: LineBatch): bigint | undefined {
  const last = lines.findLast((line) => nanosOf(line) !== undefined);
  return last && nanosOf(last);
}
