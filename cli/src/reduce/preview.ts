/** What a policy would take from events, if ingest reduced by it. */
import { attributesOf, type EventMembers } from '@auditstream/audit-policy/attributes';
import { decide } from '@auditstream/audit-policy/decide';
import { auditLevels, isBelow, type Policy } from '@auditstream/audit-policy/policy';

export interface RulePreview {
  /** From 1; null for what no rule fits, which stays. */
  readonly rule: number | null;
  readonly level: string;
  readonly reason: string;
  readonly events: number;
  readonly dropped: number;
  /** About as many bytes as would not be kept. */
  readonly saved: number;
  /** Verb and resource of some events, the most frequent first. */
  readonly examples: readonly string[];
  /** Verb and resource of dropped events that somebody may look for. */
  readonly warnings: readonly string[];
}

export interface Preview {
  readonly events: number;
  readonly bytes: number;
  readonly saved: number;
  /** Lines that are no event: they would be rejected or kept. */
  readonly unreadable: number;
  readonly rules: readonly RulePreview[];
}

interface Event extends EventMembers {
  readonly level?: string;
  readonly stage?: string;
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
}

interface Row {
  events: number;
  dropped: number;
  saved: number;
  readonly actions: Map<string, number>;
  readonly warnings: Set<string>;
}

export interface PreviewCounter {
  /** @param line an event as JSON */
  add(line: string): void;
  result(): Preview;
}

const examples = 3;

export function previewCounter(policy: Policy): PreviewCounter {
  const rows = new Map<number | null, Row>();
  let [events, bytes, unreadable] = [0, 0, 0];
  const add = (line: string): void => {
    const event = parsed(line);
    const attributes = event && attributesOf(event);
    if (event === null || attributes === null) {
      unreadable += 1;
      return;
    }
    const size = Buffer.byteLength(line);
    events += 1;
    bytes += size;
    const { rule, level, omitStages } = decide(policy, attributes);
    const row = rows.get(rule) ?? newRow();
    rows.set(rule, row);
    const action = actionOf(event);
    row.events += 1;
    row.actions.set(action, (row.actions.get(action) ?? 0) + 1);
    if (rule === null) return;
    if (level === 'None' || omitStages.some((stage) => stage === event.stage)) {
      row.dropped += 1;
      row.saved += size;
      if (isOfInterest(event)) row.warnings.add(action);
    } else row.saved += bodyBytes(event, level);
  };
  const result = (): Preview => {
    const rules = [...rows].map(([rule, row]) => rowOf(policy, rule, row));
    rules.sort((a, b) => (a.rule ?? Infinity) - (b.rule ?? Infinity));
    const saved = rules.reduce((sum, row) => sum + row.saved, 0);
    return { events, bytes, saved, unreadable, rules };
  };
  return { add, result };
}

function newRow(): Row {
  return { events: 0, dropped: 0, saved: 0, actions: new Map(), warnings: new Set() };
}

function rowOf(policy: Policy, rule: number | null, row: Row): RulePreview {
  const named = rule === null ? undefined : policy.rules[rule];
  const actions = [...row.actions].sort((a, b) => b[1] - a[1]).slice(0, examples);
  return {
    rule: rule === null ? null : rule + 1,
    level: named?.level ?? 'whole',
    reason: named?.reason ?? '',
    events: row.events,
    dropped: row.dropped,
    saved: row.saved,
    examples: actions.map(([action]) => action),
    warnings: [...row.warnings].sort(),
  };
}

function parsed(line: string): Event | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

function actionOf({ verb, objectRef, requestURI }: Event): string {
  const { resource, subresource } = (objectRef ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof resource !== 'string') return `${String(verb)} ${String(requestURI).split('?')[0]}`;
  return `${String(verb)} ${resource}${typeof subresource === 'string' ? `/${subresource}` : ''}`;
}

const secretive = /^(?:secrets|configmaps|serviceaccounts\/token)$/;
const shells = /\/(?:exec|attach|portforward|proxy|ephemeralcontainers)$/;
const chores = /^(?:leases|events)$|\/status$/;
const reads: readonly string[] = ['get', 'list', 'watch'];

/** Changes other than chores, secrets, roles and shells, whoever it is. */
function isOfInterest(event: Event): boolean {
  const [verb = '', what = ''] = actionOf(event).split(' ');
  const { apiGroup } = (event.objectRef ?? {}) as { readonly apiGroup?: unknown };
  if (secretive.test(what) || shells.test(what)) return true;
  if (apiGroup === 'rbac.authorization.k8s.io') return true;
  if (verb === 'delete' || verb === 'deletecollection') return true;
  return !reads.includes(verb) && !chores.test(what);
}

/** Bytes of the bodies that a level does not have. */
function bodyBytes(event: Event, level: (typeof auditLevels)[number]): number {
  const own = auditLevels.find((known) => known === event.level);
  if (own === undefined || !isBelow(level, own)) return 0;
  const bodies = { responseObject: event.responseObject };
  const gone = level === 'Metadata' ? { requestObject: event.requestObject, ...bodies } : bodies;
  return Object.values(gone).every((body) => body === undefined)
    ? 0
    : Buffer.byteLength(JSON.stringify(gone));
}
