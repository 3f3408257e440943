import { MultiBar, type SingleBar } from 'cli-progress';
import { type SampleProgress } from '../sample/progress.ts';

export interface ProgressView {
  update(progress: SampleProgress): void;
  /** Leaves the terminal as it was; call it before anything else is written. */
  finish(): void;
}

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

const bars = ['accepted', 'enriched', 'indexed'] as const;
const lineEveryMs = 2_000;

/** The live summary: bars on a terminal, a line now and then elsewhere. */
export function progressView(total: number, stream: Stream): ProgressView {
  return stream.isTTY === true ? barView(total, stream) : lineView(total, stream);
}

export function summaryLine(progress: SampleProgress, total: number): string {
  const counts = bars.map((name) => `${name} ${progress[name]}`).join(', ');
  return `${counts} of ${total}; ${rest(progress)}`;
}

/** The same for a pipeline that takes in more than the sample. */
export function totalsLine(progress: SampleProgress): string {
  return `${bars.map((name) => `${name} ${progress[name]}`).join(', ')}; ${rest(progress)}`;
}

function rest({ repeats, detections, deadLetters, lag }: SampleProgress): string {
  return `${detections} detections, ${repeats} repeats, ${deadLetters} dead letters; consumer lag ${lag}`;
}

function lineView(total: number, stream: Stream): ProgressView {
  let writtenAt = 0;
  let last = '';
  return {
    update(progress) {
      const line = summaryLine(progress, total);
      if (line === last || Date.now() - writtenAt < lineEveryMs) return;
      stream.write(`${line}\n`);
      writtenAt = Date.now();
      last = line;
    },
    finish: () => undefined,
  };
}

function barView(total: number, stream: Stream): ProgressView {
  const multi = new MultiBar({
    format: '{name} {bar} {value}/{total} {rest}',
    stream,
    barsize: 30,
    hideCursor: true,
  });
  const shown = new Map<string, SingleBar>(
    bars.map((name) => [name, multi.create(total, 0, { name: name.padEnd(9), rest: '' })]),
  );
  return {
    update(progress) {
      for (const name of bars) {
        const tail = name === 'indexed' ? rest(progress) : '';
        shown.get(name)?.update(Math.min(progress[name], total), { rest: tail });
      }
    },
    finish: () => {
      multi.stop();
    },
  };
}
