/**
 * What the consumer loop does with one batch of one partition: a value that each round maps to the next.
 * The rules are those of docs/stream.md.
 */
import { StreamError } from './errors.ts';
import { committableOffset } from './offset-tracker.ts';
import { type Outcome, type RejectedRecord, type Rejection, type StreamRecord } from './types.ts';

type RecordState =
  | { readonly type: 'unsettled' }
  | { readonly type: 'rejected'; readonly rejection: Rejection }
  | { readonly type: 'settled' };

const unsettled: RecordState = { type: 'unsettled' };
const settled: RecordState = { type: 'settled' };

export interface BatchState {
  readonly records: readonly StreamRecord[];
  readonly nextOffset: number;
  /** One for each record, in order. */
  readonly states: readonly RecordState[];
}

export function openBatch(records: readonly StreamRecord[], nextOffset: number): BatchState {
  return { records, nextOffset, states: records.map(() => unsettled) };
}

/** The records that the step has to see (again). */
export function recordsToHandIn({ records, states }: BatchState): readonly StreamRecord[] {
  return records.filter((_, index) => states[index]?.type === 'unsettled');
}

/** The records whose dead letters have not been acknowledged. */
export function recordsToDeadLetter({ records, states }: BatchState): readonly RejectedRecord[] {
  return records.flatMap((record, index) => {
    const state = states[index];
    return state?.type === 'rejected' ? [{ record, rejection: state.rejection }] : [];
  });
}

/**
 * The batch after a step has seen `recordsToHandIn(batch)`.
 *
 * @param outcomes one for each of those records, in order
 * @throws StreamError `outcomes-mismatch` when their number differs
 */
export function applyOutcomes(batch: BatchState, outcomes: readonly Outcome[]): BatchState {
  const handedIn = batch.states.filter(({ type }) => type === 'unsettled').length;
  if (outcomes.length !== handedIn) {
    throw new StreamError(
      'outcomes-mismatch',
      `The step gave ${outcomes.length} outcomes for ${handedIn} records; it must give one for each.`,
      { retryable: true },
    );
  }
  const remaining = outcomes.values();
  const states = batch.states.map((state) => {
    if (state.type !== 'unsettled') return state;
    const outcome = remaining.next();
    return outcome.done === true ? state : afterOutcome(outcome.value);
  });
  return { ...batch, states };
}

function afterOutcome(outcome: Outcome): RecordState {
  switch (outcome.type) {
    case 'done':
      return settled;
    case 'rejected':
      return { type: 'rejected', rejection: outcome.rejection };
    case 'retry':
      return unsettled;
  }
}

/** The batch after the dead letters of `recordsToDeadLetter(batch)` were acknowledged. */
export function acknowledgeDeadLetters(batch: BatchState): BatchState {
  const states = batch.states.map((state) => (state.type === 'rejected' ? settled : state));
  return { ...batch, states };
}

export function settledCount({ states }: BatchState): number {
  return states.filter(({ type }) => type === 'settled').length;
}

export function isSettled(batch: BatchState): boolean {
  return batch.states.every(({ type }) => type === 'settled');
}

/** The offset up to which, exclusively, everything is settled. */
export function committable({ records, states, nextOffset }: BatchState): number {
  return committableOffset(records, (index) => states[index]?.type === 'settled', nextOffset);
}
