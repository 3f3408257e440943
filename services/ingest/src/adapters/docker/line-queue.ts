import { type Lines } from '../../domain/line-buffer.ts';

export interface LineBatch extends Pick<Lines, 'lines' | 'cut' | 'oversized'> {
  /** Items that were made here, and not read. */
  readonly made: readonly MadeItem[];
}

export interface MadeItem {
  readonly item: Buffer;
  /** Has to be called once it is durable. */
  readonly onAccepted: () => void;
}

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
  let made: MadeItem[] = [];
  let bytes = 0;
  const changed = createBell(signal);

  const takeUpTo = (maxLines: number): LineBatch => {
    const cutOfTaken = new Map<Buffer, number>();
    const taken = { lines: lines.slice(0, maxLines), cut: cutOfTaken, oversized, made };
    for (const line of taken.lines) {
      const removed = cut.get(line);
      if (removed !== undefined) cutOfTaken.set(line, removed);
      cut.delete(line);
    }
    lines = lines.slice(maxLines);
    oversized = [];
    made = [];
    bytes -= sizeOf(taken);
    return taken;
  };
  return {
    put(batch) {
      lines = lines.concat(batch.lines);
      for (const [line, removed] of batch.cut) cut.set(line, removed);
      oversized = oversized.concat(batch.oversized);
      made = made.concat(batch.made);
      bytes += sizeOf(batch);
      changed.ring();
    },
    isFull: () => bytes >= maxBytes,
    async room() {
      while (bytes > maxBytes / 2 && !signal.aborted) await changed.wait();
    },
    async take(maxLines) {
      while (lines.length + oversized.length + made.length === 0 && !signal.aborted)
        await changed.wait();
      if (signal.aborted) return undefined;
      const taken = takeUpTo(maxLines);
      changed.ring();
      return taken;
    },
  };
}

/** What a line takes beside its bytes: without it, a million short lines would count as little. */
const overheadBytes = 128;

function sizeOf({ lines, oversized, made }: Omit<LineBatch, 'cut'>): number {
  const entries = lines.length + oversized.length + made.length;
  const items = [...lines, ...made.map(({ item }) => item)];
  return items.reduce((sum, item) => sum + item.length, entries * overheadBytes);
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
