/**
 * Judges large items on threads of their own: one of 8 MiB that is made to be slow takes seconds, in which
 * nobody else would be answered. docs/decisions/0004-large-items-are-judged-on-threads.md has the reasons.
 */
import { Worker } from 'node:worker_threads';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { IngestError } from '../../delivery.ts';
import { type Judgement, judgeItem, type Provenance } from '../../domain/record.ts';
import { type JudgeItem, largeItemBytes } from '../../judging.ts';
import { framesOf } from '../../frames-of.ts';
import { type JudgeReply, type JudgeTask } from './judge-protocol.ts';

export interface JudgePoolOptions {
  /** The program of the threads. */
  readonly entry: URL;
  /** How many at most; they are started when they are needed. */
  readonly threads: number;
  /** Memory that JavaScript may take in each, in MiB; 1,024 if not given. */
  readonly heapMiB?: number;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

export interface JudgePool {
  /** Small items are judged at once, on this thread. Rejects with JudgingFailed, or IngestError once stopped. */
  readonly judge: JudgeItem;
  /** Ends the threads; what they have not done yet is rejected. */
  stop(): Promise<void>;
}

/** Twice what the worst known item of 8 MiB takes. */
const defaultHeapMiB = 1_024;

interface Task {
  readonly item: Buffer;
  readonly from: Provenance;
  readonly truncatedBytes: number;
  /** Threads that have ended while they were at it. */
  failures: number;
  readonly resolve: (judgement: Judgement) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  task: Task | undefined;
}

export class JudgingFailed extends Error {
  override readonly name = 'JudgingFailed';
  readonly code = 'judging-failed';
  readonly retryable = false;
}

interface Pool {
  readonly options: JudgePoolOptions;
  readonly waiting: Task[];
  readonly threads: Set<Thread>;
  isStopped: boolean;
}

/** Starts no thread yet. */
export function createJudgePool(options: JudgePoolOptions): JudgePool {
  const pool: Pool = { options, waiting: [], threads: new Set(), isStopped: false };
  return {
    judge(item, from, truncatedBytes) {
      if (item.length <= largeItemBytes) return judgeItem(item, from, truncatedBytes);
      if (pool.isStopped) return Promise.reject(stopped());
      return new Promise((resolve, reject) => {
        pool.waiting.push({ item, from, truncatedBytes, failures: 0, resolve, reject });
        assign(pool);
      });
    },
    async stop() {
      pool.isStopped = true;
      const threads = [...pool.threads];
      const left = [...pool.waiting.splice(0), ...threads.flatMap(({ task }) => task ?? [])];
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
      for (const task of left) task.reject(stopped());
    },
  };
}

function assign(pool: Pool): void {
  while (pool.waiting.length > 0) {
    const thread = idleThread(pool);
    if (thread === undefined) return;
    thread.task = takeSmallest(pool.waiting);
    send(thread);
  }
}

function idleThread(pool: Pool): Thread | undefined {
  for (const thread of pool.threads) if (thread.task === undefined) return thread;
  return pool.threads.size < pool.options.threads ? startThread(pool) : undefined;
}

function startThread(pool: Pool): Thread {
  const thread: Thread = { worker: startWorker(pool.options), task: undefined };
  pool.threads.add(thread);
  thread.worker.on('message', (reply: JudgeReply) => {
    const { task } = thread;
    thread.task = undefined;
    if (task !== undefined) settle(task, reply);
    assign(pool);
  });
  // An 'exit' follows, which is where it is told.
  let cause: unknown;
  thread.worker.on('error', (error) => {
    cause = error;
  });
  thread.worker.on('exit', () => {
    pool.threads.delete(thread);
    if (pool.isStopped) return;
    ended(pool, thread.task, cause);
    assign(pool);
  });
  return thread;
}

function ended(pool: Pool, task: Task | undefined, cause: unknown): void {
  const fields = { bytes: task?.item.length ?? 0, failures: task?.failures ?? 0 };
  const message = 'A thread that judges large items ended.';
  pool.options.telemetry.log.error({ ...fields, frames: framesOf(cause) }, message);
  if (task === undefined) return;
  task.failures += 1;
  if (task.failures < maxFailures) pool.waiting.push(task);
  else task.reject(new JudgingFailed('Two threads ended while they judged an item.'));
}

/** What ended one thread may not have been the item's doing. */
const maxFailures = 2;

function startWorker({ entry, heapMiB = defaultHeapMiB }: JudgePoolOptions): Worker {
  return new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: heapMiB } });
}

/** The smallest first: an honest item must not wait for all those that are made to be slow. */
function takeSmallest(waiting: Task[]): Task | undefined {
  let smallest = 0;
  for (const [index, { item }] of waiting.entries()) {
    if (item.length < (waiting[smallest]?.item.length ?? 0)) smallest = index;
  }
  return waiting.splice(smallest, 1)[0];
}

/** The item is copied when its turn comes: until then it is a part of its delivery, which is there anyway. */
function send({ worker, task }: Thread): void {
  if (task === undefined) return;
  const item = new Uint8Array(task.item);
  const { from, truncatedBytes } = task;
  const message: JudgeTask = { item, from, truncatedBytes };
  worker.postMessage(message, [item.buffer]);
}

function settle(task: Task, reply: JudgeReply): void {
  if (reply.type === 'judged') task.resolve(withBuffer(reply.judgement));
  else task.reject(new JudgingFailed(`On another thread: ${reply.frames}`));
}

/** What comes from another thread has bytes, but no Buffer. */
function withBuffer(judgement: Judgement): Judgement {
  if (judgement.type !== 'accepted') return judgement;
  const { body } = judgement.record;
  const { buffer, byteOffset, byteLength } = body;
  const record = { ...judgement.record, body: Buffer.from(buffer, byteOffset, byteLength) };
  return { ...judgement, record };
}

function stopped(): IngestError {
  return new IngestError(
    'unavailable',
    'The service stops: nothing is judged any more.',
    undefined,
  );
}
