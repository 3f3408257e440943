/**
 * What kafkajs' fetch loops are doing, one loop for each broker: needed to know when everything has been
 * read, and when a batch may come from a former generation of the group.
 */

export interface FetchWatch {
  started(nodeId: string): void;
  ended(nodeId: string): void;
  /** A broker answered a fetch. */
  answered(): void;
  /** A batch was seen, or partitions were assigned: whatever was concluded before holds no more. */
  moved(): void;
  /**
   * Whether a batch fetched in this generation may still be handed over in the next one. kafkajs joins from
   * within a fetch when a partition has moved to another broker, and the loops of other brokers go on.
   */
  joinMakesStale(): boolean;
}

interface Fetch {
  /** The count of answers and of moves when it started. */
  readonly answers: number;
  readonly moves: number;
  open: boolean;
}

/** @param onIdle called when each broker's loop has made a whole fetch, begun since the last call, that brought nothing */
export function createFetchWatch(onIdle: () => void): FetchWatch {
  const fetches = new Map<string, Fetch>();
  const idle = new Set<string>();
  let answers = 0;
  let moves = 0;
  const moved = (): void => {
    moves += 1;
    idle.clear();
  };
  return {
    started(nodeId) {
      const last = fetches.get(nodeId);
      if (last?.open === false && last.moves === moves && last.answers < answers) idle.add(nodeId);
      if (idle.size > 0 && idle.size >= fetches.size) {
        moved();
        onIdle();
      }
      fetches.set(nodeId, { answers, moves, open: true });
    },
    ended(nodeId) {
      const fetch = fetches.get(nodeId);
      if (fetch !== undefined) fetch.open = false;
    },
    answered() {
      answers += 1;
    },
    moved,
    joinMakesStale: () => fetches.size > 1 && [...fetches.values()].some(({ open }) => open),
  };
}
