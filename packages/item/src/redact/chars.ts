/** Sets of characters, and runs of them. */

/** One entry for each of the first 256 units: 1 where it belongs to the set. */
export type CharSet = Uint8Array;

export function charSet(chars: RegExp): CharSet {
  return Uint8Array.from({ length: 256 }, (_none, code) =>
    chars.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

export const alphanumeric = charSet(/[A-Za-z0-9]/);
export const word = charSet(/[A-Za-z0-9_]/);
export const base64Url = charSet(/[A-Za-z0-9_-]/);
export const anyBase64 = charSet(/[A-Za-z0-9+/=_-]/);
export const space = charSet(/\s/);

export function isIn(set: CharSet, chars: string, at: number): boolean {
  return set[chars.charCodeAt(at)] === 1;
}

/** The end of the run of such characters that begins at `from`. */
export function endOfRun(set: CharSet, chars: string, from: number): number {
  return endOfShortRun(set, chars, { from, most: Infinity });
}

/** The same, of which no more than `most` characters are looked at. */
export function endOfShortRun(
  set: CharSet,
  chars: string,
  { from, most }: { readonly from: number; readonly most: number },
): number {
  const last = Math.min(chars.length, from + most);
  let at = from;
  while (at < last && isIn(set, chars, at)) at += 1;
  return at;
}

/** The beginning of the run of such characters that ends at `to`; no more than `most` are looked at. */
export function startOfRun(
  set: CharSet,
  chars: string,
  { to, most }: { readonly to: number; readonly most: number },
): number {
  const first = Math.max(0, to - most);
  let at = to;
  while (at > first && isIn(set, chars, at - 1)) at -= 1;
  return at;
}
