/** Reads the events of one engine: connects, connects again, and sees to it that a hole is told. */
import { type IncomingMessage } from 'node:http';
import { cutRules, openBodyCutter } from '../../domain/cut-bodies.ts';
import { nanosOf, sinceOf } from '../../domain/docker-event.ts';
import { createLineBuffer, type Lines } from '../../domain/line-buffer.ts';
import { maxItemBytes } from '../../domain/rejection.ts';
import { addressText } from '../../domain/sources.ts';
import { type EngineClient } from './engine-client.ts';
import { type GapPorts, tellGap, type EngineGap } from './engine-gaps.ts';
import { type Inspector } from './engine-inspector.ts';
import { type EngineProgress, type ProgressKeeper } from './engine-progress.ts';
import { watchPulse } from './engine-pulse.ts';
import { type LineQueue } from './line-queue.ts';
import { type ReplayWatch, watchReplay } from './replay-watch.ts';
import { type Backoff, backoffMs, wait } from '../waiting.ts';

export interface EngineReaderOptions extends GapPorts {
  readonly client: EngineClient;
  readonly inspector: Inspector;
  readonly keeper: ProgressKeeper;
  readonly queue: LineQueue;
  readonly signal: AbortSignal;
  readonly backoff: Backoff;
  /** Milliseconds after a connection in which the last event is waited for. */
  readonly replayLimitMs: number;
  /** Milliseconds between looks whether a stream is alive. */
  readonly pulseMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Reading {
  readonly options: EngineReaderOptions;
  /** After the last event that was read. */
  progress: EngineProgress | undefined;
  /** The latest timeNano of all. */
  newest: bigint | undefined;
  attempt: number;
  isPaused: boolean;
}

/** Resolves after an abort, never before. */
export async function readEngine(options: EngineReaderOptions): Promise<void> {
  const { source, telemetry, signal, backoff, keeper } = options;
  const fields = { cluster: source.cluster, engine: addressText(source.address) };
  const start = { progress: keeper.kept, newest: keeper.kept?.last };
  const reading: Reading = { options, ...start, attempt: 0, isPaused: false };
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const error = await readOnce(reading);
    if (isOver()) return;
    if (reading.attempt === 0) {
      telemetry.log.warn(
        { ...fields, error },
        'A Docker Engine is not connected; it is tried again.',
      );
    }
    await wait(backoffMs(backoff, reading.attempt), signal);
    reading.attempt += 1;
  }
}

/** @returns why the connection ended; undefined where the engine ended it in good order */
async function readOnce(reading: Reading): Promise<unknown> {
  const { source, client, telemetry, signal } = reading.options;
  const path = `/events?since=${sinceOf(reading.progress?.last)}`;
  try {
    const events = await client.begin(path, signal);
    if (events.statusCode !== 200) {
      events.destroy();
      throw new Error(`The engine answered ${events.statusCode ?? 0} to GET ${path}.`);
    }
    const fields = { cluster: source.cluster, engine: addressText(source.address) };
    telemetry.log.info(fields, 'Connected to a Docker Engine.');
    await readStream(events, reading);
    return undefined;
  } catch (error) {
    return error;
  }
}

async function readStream(events: IncomingMessage, reading: Reading): Promise<void> {
  const { client, signal, pulseMs: everyMs } = reading.options;
  const over = new AbortController();
  const connection: Connection = { last: reading.progress?.last, replay: joinOn(reading) };
  const pulse = watchPulse({
    ...{ client, everyMs, signal: AbortSignal.any([signal, over.signal]) },
    newest: () => reading.newest,
    isPaused: () => reading.isPaused,
  }).then((error) => {
    if (error !== undefined) events.destroy(error);
  });
  try {
    const buffer = createLineBuffer(maxItemBytes, () =>
      openBodyCutter(cutRules.docker, maxItemBytes),
    );
    for await (const chunk of events) {
      reading.attempt = 0;
      takeIn(buffer.push(chunk as Buffer), connection, reading);
      if (reading.options.queue.isFull()) await pause(reading);
    }
  } finally {
    connection.replay?.close();
    over.abort();
    await pulse;
  }
}

interface Connection {
  /** timeNano of the last event that was read before it. */
  readonly last: bigint | undefined;
  readonly replay: ReplayWatch | undefined;
}

/** Without an event there is nothing that a replay could join on to. */
function joinOn(reading: Reading): ReplayWatch | undefined {
  const { progress, options } = reading;
  if (progress === undefined) return undefined;
  const { keeper, replayLimitMs: limitMs, now } = options;
  const { last, toldUntil } = progress;
  const release = keeper.hold(progress);
  let told = Promise.resolve();
  return watchReplay({
    ...{ last, limitMs },
    onGap(next) {
      const to = next ?? BigInt(now()) * 1_000_000n;
      // Where nothing newer came, the next gap begins where this one ends.
      if (next === undefined && reading.progress === progress) {
        reading.progress = { last, toldUntil: to };
        keeper.reach(reading.progress);
      }
      told = tellGap({ from: toldUntil ?? last, to, cause: 'replay-cut' }, options);
    },
    onSettled() {
      void told.then(() => {
        releaseAndSave(release, options);
      });
    },
  });
}

/** Nothing is read until there is room again. */
async function pause(reading: Reading): Promise<void> {
  const { options, progress } = reading;
  const { source, telemetry, queue, keeper, signal, now } = options;
  telemetry.log.warn(
    { cluster: source.cluster },
    'Docker events arrive faster than they are accepted: the engine may drop some.',
  );
  const release = keeper.hold(progress);
  reading.isPaused = true;
  await queue.room();
  reading.isPaused = false;
  if (signal.aborted) return;
  const to = BigInt(now()) * 1_000_000n;
  const gap: EngineGap = { from: progress?.last ?? to, to, cause: 'slow-reading' };
  void tellGap(gap, options).then(() => {
    releaseAndSave(release, options);
  });
}

/** After an abort a notice may not be durable: the next start has to come to the same finding. */
function releaseAndSave(release: () => void, { keeper, signal }: EngineReaderOptions): void {
  if (signal.aborted) return;
  release();
  void keeper.save();
}

function takeIn({ lines, cut, oversized }: Lines, connection: Connection, reading: Reading): void {
  const { queue, inspector, keeper } = reading.options;
  const { progress } = reading;
  const events = lines.map((line) => ({ line, time: nanosOf(line) }));
  const times = events.map(({ time }) => time).filter((time) => time !== undefined);
  for (const time of times) {
    if (reading.newest === undefined || time > reading.newest) reading.newest = time;
  }
  const last = times.at(-1);
  if (last !== undefined) reading.progress = { last, toldUntil: undefined };
  for (const { line, time } of events) {
    // What had been read before the connection has been asked about before.
    if (connection.last !== undefined && (time ?? 0n) <= connection.last) continue;
    if (mayCreate(line)) inspector.offer(line, keeper.hold(progress));
  }
  queue.put({ lines, cut, oversized, made: [] });
  connection.replay?.see(times);
}

/** Spares most lines a hold. */
function mayCreate(line: Buffer): boolean {
  return line.includes('"create"');
}
