import {
  type AuditEvent,
  type Detection,
  type RuleVersion,
} from '@auditstream/events/generated/types';
import { type UsableVersion } from './compiled-version.ts';
import { detectionOf } from './detection.ts';
import { parseEventFields } from './event-fields.ts';
import { isJudgedWithoutStage } from './judged.ts';
import { type RulesInForce } from './rule-set.ts';

/** A rule that failed on an event. */
export interface RuleFailure {
  readonly version: RuleVersion;
  readonly cause: unknown;
}

export type Verdict =
  /** Rules looked at the event. */
  | {
      readonly type: 'evaluated';
      readonly detections: readonly Detection[];
      readonly failures: readonly RuleFailure[];
    }
  /** No rule had to look at it. */
  | {
      readonly type: 'passed-over';
      readonly reason: 'unknown-source' | 'no-rule' | 'stage-not-judged';
    }
  /** Rules had to look at it, and could not. */
  | { readonly type: 'unreadable'; readonly message: string };

/** Judges an event by the rules in force at its append time: a pure function of the two. */
export function judge(event: AuditEvent, { usable }: RulesInForce): Verdict {
  if (event.source === 'unknown') return { type: 'passed-over', reason: 'unknown-source' };
  const seeing = usable[event.source];
  if (seeing.length === 0) return { type: 'passed-over', reason: 'no-rule' };
  const judging = isJudgedWithoutStage(event) ? seeing : seeing.filter((rule) => rule.namesStage);
  if (judging.length === 0) return { type: 'passed-over', reason: 'stage-not-judged' };
  const body = parseEventFields(event);
  if (!body.ok) return { type: 'unreadable', message: body.message };
  return evaluate(event, body.fields, judging);
}

/** `matches` promises not to throw; where it does, the other rules still judge. */
function evaluate(event: AuditEvent, fields: object, judging: readonly UsableVersion[]): Verdict {
  const detections: Detection[] = [];
  const failures: RuleFailure[] = [];
  for (const compiled of judging) {
    try {
      const evidence = compiled.rule.matches(fields);
      if (evidence !== undefined) detections.push(detectionOf(event, compiled, evidence));
    } catch (cause) {
      failures.push({ version: compiled.version, cause });
    }
  }
  return { type: 'evaluated', detections, failures };
}
