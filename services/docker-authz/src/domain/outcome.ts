import { type Answer } from './actions.ts';

export interface Outcome {
  readonly outcome: 'success' | 'failure' | 'unknown';
  /** Why there is no success, or no knowledge; null where the status says it. */
  readonly reason: string | null;
}

/** What a response's message says of it. */
export interface Fate {
  readonly answer: Answer;
  readonly status: number | null;
  /** Whether headers of the response are still with the engine. */
  readonly hasHeaders: boolean;
}

/**
 * What became of a call. An engine writes an error's status only after it has asked its plugins
 * (moby, pkg/authorization/middleware.go), so an error shows by a status that is missing where success
 * always has one. Once a response is sent in part, its headers are gone from the message.
 */
export function outcomeOf({ answer, status, hasHeaders }: Fate): Outcome {
  if (status !== null) return { outcome: status < 400 ? 'success' : 'failure', reason: null };
  if (!hasHeaders) return { outcome: 'unknown', reason: 'streamed' };
  if (answer === 'silent') return { outcome: 'unknown', reason: 'no-status' };
  return { outcome: 'failure', reason: 'refused' };
}
