/** How far the units of a decoded text stand from those that spell them. */

export interface Shifts {
  /** From this index on, units stand this much further behind. Indexes have to come in their order. */
  add(index: number, shift: number): void;
  /** The shift of the unit at this index. */
  at(index: number): number;
}

const initialLength = 16;

/** Two numbers for each change: a text may change at every unit. */
export function createShifts(): Shifts {
  let indexes = new Uint32Array(initialLength);
  let shifts = new Uint32Array(initialLength);
  let length = 0;
  return {
    add(index, shift) {
      if (length === indexes.length) [indexes, shifts] = [grown(indexes), grown(shifts)];
      indexes[length] = index;
      shifts[length] = shift;
      length += 1;
    },
    at(index) {
      const behind = countAtMost(indexes, length, index);
      return behind === 0 ? 0 : (shifts[behind - 1] ?? 0);
    },
  };
}

function grown(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(numbers.length * 2);
  result.set(numbers);
  return result;
}

/** How many of the first `length` numbers, which ascend, are not above `limit`. */
function countAtMost(ascending: Uint32Array, length: number, limit: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
