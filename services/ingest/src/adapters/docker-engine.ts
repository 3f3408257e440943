/** Reads the events of Docker Engines. docs/ingest.md is the contract. */
import { type IncomingMessage, request } from 'node:http';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept } from '../delivery.ts';
import { type BodyCutter, cutRules, openBodyCutter } from '../domain/cut-bodies.ts';
import { nanosOf, sinceOf } from '../domain/docker-event.ts';
import { createLineBuffer } from '../domain/line-buffer.ts';
import { maxItemBytes } from '../domain/rejection.ts';
import { type EngineSource, sourceName } from '../domain/sources.ts';
import { type Checkpoints } from './checkpoints.ts';
import { deliver } from './deliver.ts';
import { createLineQueue, type LineBatch, type LineQueue } from './line-queue.ts';
import { type Backoff, backoffMs, wait } from './waiting.ts';

export interface DockerEngineOptions {
  readonly source: EngineSource;
  readonly accept: Accept;
  readonly checkpoints: Checkpoints;
  readonly telemetry: Pick<Telemetry, 'log'>;
  /** Bytes that wait at most; 16 MiB if not given. */
  readonly maxQueueBytes?: number;
  /** Milliseconds in which an engine has to begin its answer; 10,000 if not given. */
  readonly answerLimitMs?: number;
  readonly backoff?: Backoff;
}

export interface ReadingEngine {
  /** Resolves when nothing is read or handed over any more. */
  stop(): Promise<void>;
}

const defaultQueueBytes = 16 * 1024 * 1024;
const defaultAnswerLimitMs = 10_000;
/** To connect to a socket costs little, and an engine holds 256 events at most. */
const reconnectBackoff: Backoff = { firstMs: 500, limitMs: 5_000 };
const maxItems = 1_000;

/**
 * Reads one engine until it is stopped. One loop reads, another hands over: reading never waits for Kafka.
 * Rejects where the checkpoint can't be read; waits neither for the engine nor for Kafka.
 */
export async function startDockerEngine(options: DockerEngineOptions): Promise<ReadingEngine> {
  const progress: Progress = { lastNanos: await lastAccepted(options), attempt: 0 };
  const stopping = new AbortController();
  const { signal } = stopping;
  const queue = createLineQueue(options.maxQueueBytes ?? defaultQueueBytes, signal);
  const reading = readUntilAborted(progress, queue, { ...options, signal });
  const handing = handOver(queue, signal, options);
  return {
    async stop() {
      stopping.abort();
      await Promise.all([reading, handing]);
    },
  };
}

/** How far reading has come. */
interface Progress {
  lastNanos: bigint | undefined;
  attempt: number;
}

type ReadingOptions = DockerEngineOptions & { readonly signal: AbortSignal };

async function readUntilAborted(
  progress: Progress,
  queue: LineQueue,
  options: ReadingOptions,
): Promise<void> {
  const { source, telemetry, signal, backoff = reconnectBackoff } = options;
  const fields = { cluster: source.cluster, socket: source.socket };
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const error = await readOnce(progress, queue, options);
    if (isOver()) return;
    if (progress.attempt === 0) {
      telemetry.log.warn(
        { ...fields, error },
        'A Docker Engine is not connected; it is tried again.',
      );
    }
    await wait(backoffMs(backoff, progress.attempt), signal);
    progress.attempt += 1;
  }
}

/** @returns why the connection ended; undefined where the engine ended it in good order */
async function readOnce(
  progress: Progress,
  queue: LineQueue,
  options: ReadingOptions,
): Promise<unknown> {
  const { source, telemetry } = options;
  const fields = { cluster: source.cluster, socket: source.socket };
  try {
    const events = await requestEvents(sinceOf(progress.lastNanos), options);
    telemetry.log.info(fields, 'Connected to a Docker Engine.');
    const cutter = (): BodyCutter => openBodyCutter(cutRules.docker, maxItemBytes);
    const buffer = createLineBuffer(maxItemBytes, cutter);
    for await (const chunk of events) {
      const lines = buffer.push(chunk as Buffer);
      progress.attempt = 0;
      progress.lastNanos = lastNanosOf(lines) ?? progress.lastNanos;
      queue.put(lines);
      if (!queue.isFull()) continue;
      telemetry.log.warn(
        fields,
        'Docker events arrive faster than they are accepted: the engine may drop some.',
      );
      await queue.room();
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

/** An engine that hangs takes connections all the same: only its answer shows that it is there. */
function requestEvents(since: string, options: ReadingOptions): Promise<IncomingMessage> {
  const { source, signal, answerLimitMs = defaultAnswerLimitMs } = options;
  return new Promise((resolve, reject) => {
    const path = `/events?since=${since}`;
    const headers = { host: 'docker', accept: 'application/json' };
    const target = { socketPath: source.socket, path, headers, signal, agent: false };
    const timer = setTimeout(() => {
      outgoing.destroy(new Error(`The engine did not answer within ${answerLimitMs} ms.`));
    }, answerLimitMs);
    const outgoing = request(target, (response) => {
      clearTimeout(timer);
      if (response.statusCode === 200) {
        resolve(response);
        return;
      }
      response.destroy();
      reject(new Error(`The engine answered ${response.statusCode ?? 0} to GET ${path}.`));
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end();
  });
}

async function handOver(
  queue: LineQueue,
  signal: AbortSignal,
  options: DockerEngineOptions,
): Promise<void> {
  const { source, accept, telemetry } = options;
  const from = {
    source: 'docker',
    sourceName: sourceName(source),
    cluster: source.cluster,
    origin: source.origin,
    way: 'engine',
  } as const;
  for (let batch = await queue.take(maxItems); batch; batch = await queue.take(maxItems)) {
    const { lines: items, cut, oversized } = batch;
    if (!(await deliver({ ...from, items, cut, oversized }, { accept, telemetry, signal }))) return;
    await save(lastNanosOf(batch), options);
  }
}

function lastNanosOf({ lines }: LineBatch): bigint | undefined {
  const last = lines.findLast((line) => nanosOf(line) !== undefined);
  return last && nanosOf(last);
}

async function lastAccepted(options: DockerEngineOptions): Promise<bigint | undefined> {
  const value = (await options.checkpoints.read(nameOf(options))) as
    { timeNano?: unknown } | undefined;
  const digits = value?.timeNano;
  return typeof digits === 'string' && /^\d{1,19}$/.test(digits) ? BigInt(digits) : undefined;
}

/** A checkpoint that can't be written costs repeats after a restart, no events. */
async function save(nanos: bigint | undefined, options: DockerEngineOptions): Promise<void> {
  if (nanos === undefined) return;
  try {
    await options.checkpoints.write(nameOf(options), { timeNano: String(nanos) });
  } catch (error) {
    options.telemetry.log.error({ error }, 'A checkpoint was not written.');
  }
}

function nameOf({ source }: DockerEngineOptions): string {
  return `docker-engine ${source.cluster} ${source.socket}`;
}
