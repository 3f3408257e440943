/** Event times in microseconds since 1970-01-01T00:00:00Z, read without losing any. */

const EARLIEST_YEAR = 1969;
/** 2255-01-01T00:00:00Z: all times before it are safe integers. */
const LIMIT_MICROS = Date.UTC(2255, 0, 1) * 1000;

const timestamp =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Reads a timestamp of RFC 3339 with up to nine digits of a second, cut to microseconds.
 * @returns null for other text, times that do not exist (leap seconds among them), and times before 1970
 *   or after 2254
 */
export function microsOfTimestamp(text: string): number | null {
  const match = timestamp.exec(text);
  if (match === null) return null;
  const seconds = secondsOfDate(match);
  if (seconds === null) return null;
  const offset = offsetSeconds(match);
  if (offset === null) return null;
  const fraction = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  return inRange((seconds - offset) * 1_000_000 + fraction);
}

function secondsOfDate(match: RegExpExecArray): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  // Date.UTC takes years below 100 for the twentieth century's, and carries what is too large.
  if (year < EARLIEST_YEAR || hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.getTime() / 1000
    : null;
}

function offsetSeconds(match: RegExpExecArray): number | null {
  const [hours, minutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (hours > 23 || minutes > 59) return null;
  return (match[8] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/**
 * Reads nanoseconds as a JSON integer writes them, cut to microseconds.
 * @returns null for other numbers, and times before 1970 or after 2254
 */
export function microsOfNanos(digits: string): number | null {
  return /^\d{1,19}$/.test(digits) ? inRange(Number(digits.slice(0, -3))) : null;
}

function inRange(micros: number): number | null {
  return micros >= 0 && micros < LIMIT_MICROS ? micros : null;
}
