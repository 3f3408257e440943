/**
 * The digits of `timeNano` as they stand in the bytes of an Engine event. A JSON number cannot hold them.
 *
 * A label may be called timeNano too, so only digits count that agree with the event's time.
 *
 * @param time the event's time in epoch microseconds, which came from the same digits
 * @returns decimal nanoseconds; empty where the Engine gives none
 */
export function timeNanoIn(body: Buffer, time: number): string {
  for (const [, digits = ''] of body.toString('latin1').matchAll(/"timeNano"\s*:\s*(\d{4,19})/g)) {
    if (digits.slice(0, -3) === String(time)) return digits;
  }
  return '';
}
