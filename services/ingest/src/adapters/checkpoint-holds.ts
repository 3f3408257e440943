/** What keeps a checkpoint from going on: work for events that are read, which a crash would undo. */

export interface Holds<Progress> {
  /** Keeps the checkpoint where it is until the returned function is called. */
  hold(before: Progress | undefined): () => void;
  /** How far the checkpoint may go, where everything up to `reached` is durable. */
  limit(reached: Progress | undefined): Progress | undefined;
}

export function createHolds<Progress>(): Holds<Progress> {
  // A set keeps the order in which the holds began: the first is the oldest.
  const held = new Set<{ readonly before: Progress | undefined }>();
  return {
    hold(before) {
      const entry = { before };
      held.add(entry);
      return () => void held.delete(entry);
    },
    limit(reached) {
      const [oldest] = held;
      return oldest === undefined ? reached : oldest.before;
    },
  };
}
