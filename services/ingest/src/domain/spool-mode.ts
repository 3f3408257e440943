/** Which way deliveries take to become durable. */

/**
 * - `direct`: to Kafka; the spool is empty and everything sent before is decided;
 * - `spooling`: to the spool, while Kafka does not acknowledge;
 * - `draining`: to the spool, behind what Kafka acknowledges of it;
 * - `full`: the spool has turned something away, and Kafka has taken nothing from it since.
 */
export type SpoolMode = 'direct' | 'spooling' | 'draining' | 'full';

export type SpoolEvent =
  /** Kafka failed to acknowledge, or takes too long. */
  | 'unacknowledged'
  /** Kafka acknowledged records of the spool. */
  | 'drained'
  /** The spool had no room. */
  | 'refused'
  /** Nothing is left in the spool, and nothing is undecided. */
  | 'emptied';

const transitions: Readonly<Record<SpoolMode, Readonly<Record<SpoolEvent, SpoolMode>>>> = {
  direct: { unacknowledged: 'spooling', drained: 'direct', refused: 'direct', emptied: 'direct' },
  spooling: { unacknowledged: 'spooling', drained: 'draining', refused: 'full', emptied: 'direct' },
  draining: { unacknowledged: 'spooling', drained: 'draining', refused: 'full', emptied: 'direct' },
  full: { unacknowledged: 'full', drained: 'draining', refused: 'full', emptied: 'direct' },
};

/** A spool that is left, or refuses, before anything has gone wrong stays what it is: only Kafka's failure leaves `direct`. */
export function nextMode(mode: SpoolMode, event: SpoolEvent): SpoolMode {
  return transitions[mode][event];
}
