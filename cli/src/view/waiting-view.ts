import { type WaitState } from '../sources/wait-for-events.ts';
import { waitingText } from './arrival-view.ts';

export interface WaitingView {
  readonly update: (cluster: string, state: WaitState) => void;
  /** Leaves the terminal as it was. */
  readonly finish: () => void;
}

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

const lineEveryMs = 30_000;

/** One line that changes on a terminal; elsewhere a line whenever something is new, and now and then. */
export function waitingView(stream: Stream): WaitingView {
  const isTerminal = stream.isTTY === true;
  let shownMs = -lineEveryMs;
  let shown = '';
  return {
    update: (cluster, state) => {
      const line = waitingText(cluster, state);
      if (isTerminal) {
        stream.write(`\r\u001b[K${line}`);
        shown = line;
        return;
      }
      const news = waitingText(cluster, { ...state, waitedMs: 0 });
      if (news === shown && state.waitedMs - shownMs < lineEveryMs) return;
      stream.write(`${line}\n`);
      [shown, shownMs] = [news, state.waitedMs];
    },
    finish: () => {
      if (isTerminal && shown !== '') stream.write('\r\u001b[K');
    },
  };
}
