/** Times as documents have them: RFC 3339, UTC. */

/** @param micros epoch microseconds */
export function millisText(micros: number): string {
  return new Date(Math.floor(micros / 1_000)).toISOString();
}

/** @param micros epoch microseconds; all of them are in the text */
export function microsText(micros: number): string {
  const millis = Math.floor(micros / 1_000);
  const rest = String(micros - millis * 1_000).padStart(3, '0');
  return new Date(millis).toISOString().replace('Z', `${rest}Z`);
}
