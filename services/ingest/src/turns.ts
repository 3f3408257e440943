/** Lets work that takes long without waiting take turns with everything else on the thread. */
export interface Turns {
  /** Whether work has gone on for so long in this turn of the event loop that it has to pause. */
  isDue(): boolean;
  /** Resolves in a later turn. Of all that pause, one goes on in each turn, in the order of their pauses. */
  pause(): Promise<void>;
}

/** Milliseconds. What is asked between two `isDue` comes on top: items below `largeItemBytes` take up to 35. */
const defaultSliceMs = 10;

export function createTurns(
  sliceMs = defaultSliceMs,
  clock: () => number = () => performance.now(),
): Turns {
  const waiting: (() => void)[] = [];
  let begunAt: number | undefined;
  let isScheduled = false;

  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(beginTurn);
  };
  const beginTurn = (): void => {
    isScheduled = false;
    begunAt = undefined;
    waiting.shift()?.();
    if (waiting.length > 0) schedule();
  };
  return {
    isDue() {
      if (begunAt === undefined) {
        begunAt = clock();
        schedule();
        return false;
      }
      return clock() - begunAt >= sliceMs;
    },
    pause: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        schedule();
      }),
  };
}

/** Does steps of work until they end; pauses where it is due. */
export async function inTurns<T>(steps: Iterator<unknown, T, undefined>, turns: Turns): Promise<T> {
  for (;;) {
    if (turns.isDue()) await turns.pause();
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
