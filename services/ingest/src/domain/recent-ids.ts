/** Which events have come before, over a bounded window: an estimate for a count, never a reason to drop. */

export interface RecentIds {
  /** Remembers an event.id. @returns whether it was remembered already */
  add(id: string): boolean;
}

/** One mebibyte of memory; an id stays for about as many others. */
const buckets = 2 ** 14;
const ways = 16;

/**
 * Each id has one bucket, in which the oldest makes room for the newest. What is kept of an id are 30 bits
 * of its hash beside those that choose the bucket: two ids are taken for one about once in 60 million.
 */
export function createRecentIds(): RecentIds {
  const tags = new Uint32Array(buckets * ways);
  const next = new Uint8Array(buckets);
  return {
    add(id) {
      const bucket = hashBits(id, 0) % buckets;
      // 0 stands for an empty place.
      const tag = hashBits(id, 1) + 1;
      const start = bucket * ways;
      for (let at = start; at < start + ways; at += 1) if (tags[at] === tag) return true;
      const place = next[bucket] ?? 0;
      tags[start + place] = tag;
      next[bucket] = (place + 1) % ways;
      return false;
    },
  };
}

/** 30 bits: six digits in base 32, counted from the end without the last, which holds no whole five bits. */
function hashBits(id: string, group: 0 | 1): number {
  const end = id.length - 1 - 6 * group;
  return Number.parseInt(id.slice(end - 6, end), 32);
}
