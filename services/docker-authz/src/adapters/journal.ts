/** A bounded queue of lines on disk. Those that wait together are synced together. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { gapFields, gapLine } from '../domain/gap.ts';
import { type Journal, JournalError } from '../journal-port.ts';
import { keepBounds } from './retention.ts';
import { listSegments, openFolder, readConsumed } from './segment-files.ts';
import { createSegment, type SegmentWriter } from './segment-writer.ts';

export interface JournalOptions {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly maxBytes: number;
  /** The oldest segment that is needed whether or not it has been read. */
  readonly needed: () => number;
  readonly telemetry: Pick<Telemetry, 'count' | 'set' | 'observe' | 'log'>;
  /** Milliseconds between looks at what has been read; 1,000 if not given. */
  readonly tidyMs?: number;
}

export interface RunningJournal extends Journal {
  /** When writing failed last, epoch milliseconds; 0 where it works. */
  readonly failedAt: () => number;
  /** Writes what waits, then ends. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly line: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: JournalError) => void;
}

interface State {
  readonly mode: number;
  waiting: Waiting[];
  waitingBytes: number;
  segment: SegmentWriter | undefined;
  next: number;
  failedAt: number;
  isStopped: boolean;
  /** The batch that is being written. */
  busy: Promise<void> | undefined;
}

const maxBatchBytes = 8 * 1024 * 1024;
const maxWaitingBytes = 64 * 1024 * 1024;

/** Rejects where the folder can't be used. Old segments stay as they are; writing begins with a new one. */
export async function openJournal(options: JournalOptions): Promise<RunningJournal> {
  const { folder, telemetry, tidyMs = 1_000 } = options;
  const mode = await openFolder(folder);
  // A reader that has read everything may be the only one who still knows how far the numbers go.
  const { segment } = await readConsumed(folder);
  const last = Math.max(segment, (await listSegments(folder)).at(-1)?.number ?? 0);
  const state: State = {
    ...{ mode, waiting: [], waitingBytes: 0, segment: undefined, next: last + 1 },
    ...{ failedAt: 0, isStopped: false, busy: undefined },
  };
  await roll(state, options);
  const enqueue = (line: Buffer): Promise<void> => append(line, state, options);
  let tidying: Promise<void> | undefined;
  const timer = setInterval(() => {
    tidying ??= tidyOnce(state, options, enqueue).finally(() => (tidying = undefined));
  }, tidyMs);
  return {
    append: enqueue,
    segment: () => state.segment?.number ?? state.next,
    failedAt: () => state.failedAt,
    async stop() {
      clearInterval(timer);
      await tidying;
      state.isStopped = true;
      while (state.busy !== undefined) await state.busy;
      await state.segment?.close();
      telemetry.log.debug({ folder }, 'The journal is closed.');
    },
  };
}

function append(line: Buffer, state: State, options: JournalOptions): Promise<void> {
  if (state.isStopped) return Promise.reject(new JournalError('stopped', 'The journal is closed.'));
  if (state.waitingBytes + line.length > maxWaitingBytes) {
    const message = 'The disk is slower than calls come in: the journal takes no more.';
    return Promise.reject(new JournalError('overloaded', message));
  }
  return new Promise((resolve, reject) => {
    state.waiting.push({ line, resolve, reject });
    state.waitingBytes += line.length;
    pump(state, options);
  });
}

function pump(state: State, options: JournalOptions): void {
  if (state.busy !== undefined || state.waiting.length === 0) return;
  state.busy = writeBatch(state, options).finally(() => {
    state.busy = undefined;
    pump(state, options);
  });
}

async function writeBatch(state: State, options: JournalOptions): Promise<void> {
  const batch = takeBatch(state);
  const begun = performance.now();
  try {
    if (state.segment === undefined || state.segment.size >= options.segmentBytes) {
      await roll(state, options);
    }
    const { segment } = state;
    if (segment === undefined) throw new Error('No segment is open.');
    await segment.write(Buffer.concat(batch.map(({ line }) => line)));
    state.failedAt = 0;
    options.telemetry.observe('authz_sync_seconds', {}, (performance.now() - begun) / 1_000);
    for (const { resolve } of batch) resolve();
  } catch (cause) {
    state.failedAt = Date.now();
    await closeSegment(state);
    const message = `The journal in ${options.folder} was not written: look at its disk.`;
    for (const { reject } of batch) reject(new JournalError('not-written', message, cause));
  }
}

function takeBatch(state: State): readonly Waiting[] {
  let [count, bytes] = [0, 0];
  for (const { line } of state.waiting) {
    if (count > 0 && bytes + line.length > maxBatchBytes) break;
    count += 1;
    bytes += line.length;
  }
  state.waitingBytes -= bytes;
  return state.waiting.splice(0, count);
}

async function roll(state: State, { folder }: JournalOptions): Promise<void> {
  await closeSegment(state);
  const number = state.next;
  state.next += 1;
  state.segment = await createSegment({ folder, number, mode: state.mode });
}

async function closeSegment(state: State): Promise<void> {
  const { segment } = state;
  state.segment = undefined;
  await segment?.close().catch(() => undefined);
}

async function tidyOnce(
  state: State,
  options: JournalOptions,
  enqueue: (line: Buffer) => Promise<void>,
): Promise<void> {
  const { folder, maxBytes, telemetry, needed } = options;
  const active = state.segment?.number ?? state.next;
  try {
    const { bytes, dropped } = await keepBounds({ folder, maxBytes, active, needed: needed() });
    telemetry.set('authz_journal_bytes', {}, bytes);
    for (const gap of dropped) {
      telemetry.count('authz_lost_events_total', { reason: gap.reason }, gap.count);
      telemetry.log.error(
        gapFields(gap),
        'The journal is full: its oldest segment went before it was read.',
      );
      void enqueue(gapLine(gap)).catch((error: unknown) => {
        telemetry.log.error({ error }, 'A gap of the journal is not in the journal.');
      });
    }
  } catch (error) {
    telemetry.log.error({ folder, error }, 'The journal was not tidied; it is tried again.');
  }
}
