/**
 * Zeros in a log file. After a loss of power a file system may have kept a file's new length and not its
 * content, and a file that is truncated under a writer that does not append has a hole. JSON has no zero
 * byte, so a run of them ends a line: what stands before and behind it survives.
 */

const ZERO = 0x00;
const SPACE = 0x20;
const LINE_FEED = 0x0a;

/** @returns how many zeros the bytes end with */
export function trailingZeros(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === ZERO) end -= 1;
  return bytes.length - end;
}

/**
 * Makes blank lines of all zeros, in place, so that offsets stay what they are.
 * @returns how many there were
 */
export function blankZeros(bytes: Buffer): number {
  let count = 0;
  for (let start = bytes.indexOf(ZERO); start !== -1; start = bytes.indexOf(ZERO, start)) {
    let end = start + 1;
    while (end < bytes.length && bytes[end] === ZERO) end += 1;
    bytes.fill(SPACE, start, end);
    bytes[start] = LINE_FEED;
    bytes[end - 1] = LINE_FEED;
    count += end - start;
    start = end;
  }
  return count;
}
