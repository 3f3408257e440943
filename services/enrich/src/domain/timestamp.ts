const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/** 2255-01-01T00:00:00Z: all times before it are safe integers. */
const limitMicros = Date.UTC(2255, 0, 1) * 1_000;

/**
 * Reads an RFC 3339 timestamp to the microsecond; finer digits are cut off.
 *
 * @returns epoch microseconds; undefined for text that is no such timestamp, and for times before 1970 or
 *   after 2254, as ingest has it for event times
 */
export function parseMicros(text: string | undefined): number | undefined {
  const match = text === undefined ? null : rfc3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const date = `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`;
  const seconds = Date.parse(date);
  if (Number.isNaN(seconds)) return undefined;
  const micros = seconds * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
  return micros >= 0 && micros < limitMicros ? micros : undefined;
}
