const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Reads an RFC 3339 timestamp to the microsecond; finer digits are cut off.
 *
 * @returns epoch microseconds, or undefined for text that is no such timestamp
 */
export function parseMicros(text: string | undefined): number | undefined {
  const match = text === undefined ? null : rfc3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const date = `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`;
  const seconds = Date.parse(date);
  if (Number.isNaN(seconds)) return undefined;
  return seconds * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
