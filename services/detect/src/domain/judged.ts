import { type AuditEvent } from '@auditstream/events/generated/types';

/** Codes of a response that ends the request's judging where it starts. */
const judgedWhenStarted: readonly (number | null)[] = [
  // Switching protocols: the connection of an exec, attach or port-forward stays open.
  101,
  // The API server writes a failed authentication at this stage and nothing after it.
  401,
];

/**
 * Tells whether an event is judged by rules that name no stage: those judge a request once, not once a
 * stage. Rules that name a stage judge every event.
 */
export function isJudgedWithoutStage(event: AuditEvent): boolean {
  switch (event.kubernetes?.stage) {
    case undefined:
    case 'ResponseComplete':
    case 'Panic':
      return true;
    case 'ResponseStarted':
      return event.action === 'watch' || judgedWhenStarted.includes(event.statusCode);
    default:
      return false;
  }
}

/** Tells whether nothing of the event's request comes after it. Sources without requests end at once. */
export function endsRequest(event: AuditEvent): boolean {
  const stage = event.kubernetes?.stage;
  return stage === undefined || stage === 'ResponseComplete' || stage === 'Panic';
}
