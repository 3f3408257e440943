import { type AuditEvent } from '@auditstream/events/generated/types';

/** What rules see of an event, or that there is nothing to be seen. */
export type EventFields =
  { readonly ok: true; readonly fields: object } | { readonly ok: false; readonly message: string };

/**
 * Parses what rules see of an event: its body as its source spells it, and `redactions`, which says what
 * was taken out of it, whatever the body has under that name. This is the dear part of judging, so it is
 * for events that a rule looks at, and once for each. `JSON.parse` makes `__proto__` an ordinary key of
 * the object itself.
 */
export function parseEventFields({
  body,
  redactions,
}: Pick<AuditEvent, 'body' | 'redactions'>): EventFields {
  try {
    const fields: unknown = JSON.parse(body.toString('utf8'));
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) {
      return { ok: true, fields: Object.assign(fields, { redactions }) };
    }
    return { ok: false, message: 'The body of the event is JSON, but no object.' };
  } catch {
    // The parser's own message quotes the body.
    return { ok: false, message: 'The body of the event is no JSON.' };
  }
}
