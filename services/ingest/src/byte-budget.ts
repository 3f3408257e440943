/** Memory that deliveries may take together: what does not fit is turned away, never queued. */
export interface ByteBudget {
  /** Takes bytes; the result gives them back, once however often it is called. Null where they don't fit. */
  reserve(bytes: number): (() => void) | null;
  /** Bytes that are taken. */
  taken(): number;
}

export function createByteBudget(maxBytes: number): ByteBudget {
  let taken = 0;
  return {
    reserve(bytes) {
      if (taken + bytes > maxBytes) return null;
      taken += bytes;
      let held = bytes;
      return () => {
        taken -= held;
        held = 0;
      };
    },
    taken: () => taken,
  };
}

/** What one holder takes of a budget, step by step. */
export interface Reservation {
  /** False where the bytes don't fit, or everything has been given back: then none of them are taken. */
  take(bytes: number): boolean;
  /** Bytes that are taken. */
  taken(): number;
  /** Gives back everything, for good. */
  readonly giveBack: () => void;
}

export function openReservation(budget: ByteBudget): Reservation {
  const held: (() => void)[] = [];
  let taken = 0;
  let isOver = false;
  return {
    take(bytes) {
      const giveBack = isOver ? null : budget.reserve(bytes);
      if (giveBack === null) return false;
      held.push(giveBack);
      taken += bytes;
      return true;
    },
    taken: () => taken,
    giveBack() {
      isOver = true;
      taken = 0;
      for (const giveBack of held.splice(0)) giveBack();
    },
  };
}
