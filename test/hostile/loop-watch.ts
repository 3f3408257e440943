import { readFileSync } from 'node:fs';
import { pid } from 'node:process';

export interface LoopWatch {
  /** Processor time of this thread between two of its looks, at most, in milliseconds. */
  longestMs(): number;
  /** Forgets what was, such as a collection of garbage that a test asked for. */
  reset(): void;
}

const everyMs = 2;

/**
 * Looks at what the event loop's own thread has worked since it last came round. It is processor time: a
 * busy machine takes the thread away for longer than anything in it takes.
 */
export function watchLoop(): LoopWatch {
  let last = threadMs();
  let longest = 0;
  const look = (): void => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  setInterval(look, everyMs).unref();
  return {
    longestMs: () => longest,
    reset() {
      last = threadMs();
      longest = 0;
    },
  };
}

/** Linux tells it of each thread (proc(5), schedstat); the first has the number of the process. */
function threadMs(): number {
  return Number(readFileSync(`/proc/self/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
