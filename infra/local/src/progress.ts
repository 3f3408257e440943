import { MultiBar, type SingleBar } from 'cli-progress';
import { type EngineName } from './artifacts.ts';

export type Phase = 'wait' | 'download' | 'check' | 'unpack' | 'start' | 'stop';

/** How far one step has come. `done` and `total` are bytes for a download, else 0 or 1 of 1. */
export interface Progress {
  readonly engine: EngineName;
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
}
export type OnProgress = (progress: Progress) => void;

export interface ProgressRenderer {
  readonly report: OnProgress;
  /** Leaves the terminal as it was; call it before anything else is written. */
  readonly finish: () => void;
}

/** Where progress is shown; standard error is one. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

const WORDS: Readonly<Record<Phase, readonly [doing: string, done: string]>> = {
  wait: ['waiting for another start to finish', 'waited'],
  download: ['downloading', 'downloaded'],
  check: ['checking checksums', 'checksums are right'],
  unpack: ['laying out', 'laid out'],
  start: ['starting', 'ready'],
  stop: ['stopping', 'stopped'],
};

/** A bar for each engine on a terminal until it is finished; a line for each step elsewhere and afterwards. */
export function progressRenderer(stream: ProgressStream): ProgressRenderer {
  return stream.isTTY === true ? barRenderer(stream) : lineRenderer(stream);
}

/** One step as a line of text, with the megabytes of a download. */
export function progressLine({ engine, phase, done, total }: Progress): string {
  const [doing, finished] = WORDS[phase];
  if (phase !== 'download') return `${engine}: ${done >= total ? finished : doing}`;
  if (done >= total) return `${engine}: ${finished} ${megabytes(total)} MB`;
  return `${engine}: ${doing}, ${megabytes(done)} of ${megabytes(total)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function lineRenderer(stream: ProgressStream): ProgressRenderer {
  const shown = new Map<string, number>();
  const report: OnProgress = (progress) => {
    const step = `${progress.engine} ${progress.phase}`;
    const quarter = Math.floor((4 * progress.done) / Math.max(progress.total, 1));
    if (shown.get(step) === quarter) return;
    shown.set(step, quarter);
    stream.write(`${progressLine(progress)}\n`);
  };
  return { report, finish: () => undefined };
}

function barRenderer(stream: ProgressStream): ProgressRenderer {
  const format = '{bar} {text}';
  const options = { format, stream, barsize: 24, hideCursor: true, clearOnComplete: false };
  const bars = new MultiBar(options);
  const byEngine = new Map<EngineName, SingleBar>();
  const lines = lineRenderer(stream);
  let finished = false;
  const report: OnProgress = (progress) => {
    if (finished) {
      lines.report(progress);
      return;
    }
    const text = progressLine(progress);
    const { total, done } = progress;
    const bar = byEngine.get(progress.engine) ?? bars.create(total, done, { text });
    byEngine.set(progress.engine, bar);
    bar.setTotal(total);
    bar.update(done, { text });
  };
  return {
    report,
    finish: () => {
      if (!finished) bars.stop();
      finished = true;
    },
  };
}
