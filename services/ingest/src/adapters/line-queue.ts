import { type Lines } from '../domain/line-buffer.ts';

export type LineBatch = Pick<Lines, 'lines' | 'cut' | 'oversized'>;

/** Lines on their way from one reader to one taker, in order and bounded in memory. */
export interface LineQueue {
  put(lines: LineBatch): void;
  /** Whether the reader has to stop: it may put what it has read already, no more. */
  isFull(): boolean;
  /** Resolves when the queue is half empty again, or on abort. */
  room(): Promise<void>;
  /** Everything there is, up to the limit; waits for something. Undefined on abort. */
  take(maxLines: number): Promise<LineBatch | undefined>;
}

export function createLineQueue(maxBytes: number, signal: AbortSignal): LineQueue {
  let lines: Buffer[] = [];
  let oversized: number[] = [];
  const cut = new Map<Buffer, number>();
  let bytes = 0;
  const changed = createBell(signal);

  const takeUpTo = (maxLines: number): LineBatch => {
    const taken = { lines: lines.slice(0, maxLines), cut: new Map<Buffer, number>(), oversized };
    for (const line of taken.lines) {
      const removed = cut.get(line);
      if (removed !== undefined) taken.cut.set(line, removed);
      cut.delete(line);
    }
    lines = lines.slice(maxLines);
    oversized = [];
    bytes -= sizeOf(taken);
    return taken;
  };
  return {
    put(batch) {
      lines = lines.concat(batch.lines);
      for (const [line, removed] of batch.cut) cut.set(line, removed);
      oversized = oversized.concat(batch.oversized);
      bytes += sizeOf(batch);
      changed.ring();
    },
    isFull: () => bytes >= maxBytes,
    async room() {
      while (bytes > maxBytes / 2 && !signal.aborted) await changed.wait();
    },
    async take(maxLines) {
      while (lines.length + oversized.length === 0 && !signal.aborted) await changed.wait();
      if (signal.aborted) return undefined;
      const taken = takeUpTo(maxLines);
      changed.ring();
      return taken;
    },
  };
}

/** What a line takes beside its bytes: without it, a million short lines would count as little. */
const overheadBytes = 128;

function sizeOf({ lines, oversized }: Omit<LineBatch, 'cut'>): number {
  const entries = lines.length + oversized.length;
  return lines.reduce((sum, line) => sum + line.length, entries * overheadBytes);
}

interface Bell {
  ring(): void;
  /** Resolves at the next ring, or on abort. */
  wait(): Promise<void>;
}

function createBell(signal: AbortSignal): Bell {
  let listeners: (() => void)[] = [];
  const ring = (): void => {
    const woken = listeners;
    listeners = [];
    for (const wake of woken) wake();
  };
  signal.addEventListener('abort', ring, { once: true });
  return {
    ring,
    wait: () =>
      new Promise((resolve) => {
        if (signal.aborted) resolve();
        else listeners.push(resolve);
      }),
  };
}
