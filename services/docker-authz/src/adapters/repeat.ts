export interface Repeating {
  /** Resolves when the work has been done for the last time. */
  stop(): Promise<void>;
}

/** Does a work, which must not reject, again and again with a pause between, and once more at the end. */
export function repeat(work: () => Promise<void>, pauseMs: number): Repeating {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= work().finally(() => (running = undefined));
  }, pauseMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await work();
    },
  };
}
