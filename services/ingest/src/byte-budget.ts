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
