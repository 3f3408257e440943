/** What kafkajs' fetch loops are doing, one loop for each broker. */

export interface FetchWatch {
  started(nodeId: string): void;
  ended(nodeId: string): void;
  /**
   * Whether a batch fetched in this generation of the group may still be handed over in the next one, now
   * that the group is about to be joined. kafkajs stops its loops first, except where a partition has moved
   * to another broker: then it joins from within a fetch, and the loops of the other brokers go on.
   */
  joinMakesStale(): boolean;
}

export function createFetchWatch(): FetchWatch {
  const isOpen = new Map<string, boolean>();
  return {
    started: (nodeId) => void isOpen.set(nodeId, true),
    ended: (nodeId) => void isOpen.set(nodeId, false),
    joinMakesStale: () => isOpen.size > 1 && [...isOpen.values()].includes(true),
  };
}
