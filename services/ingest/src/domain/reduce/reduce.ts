/** Takes from events what an audit Policy says. docs/reducer.md is the contract. */
import { attributesOf } from '@auditstream/audit-policy/attributes';
import { decide, type Decision } from '@auditstream/audit-policy/decide';
import { auditLevels, isBelow, type Policy } from '@auditstream/audit-policy/policy';
import { type Span, type ScannedItem } from '@auditstream/item/json-scan';
import { objectMember, stringMember } from '../item-members.ts';
import { cutsIn, managedFieldsIn, valueOf, withoutCuts } from './cut-members.ts';

/** What was taken: the event, its bodies or one of them, or the owners of fields inside them. */
export type ReductionEffect = 'dropped' | 'bodies' | 'managed-fields';

export interface Reduction {
  /** Number of the rule that decided, from 1. */
  readonly rule: number;
  readonly effect: ReductionEffect;
  /** What is left; null where nothing is. */
  readonly bytes: Buffer | null;
}

const bodies: readonly string[] = ['requestObject', 'responseObject'];

/** @returns null where the event stays as it is: also where no rule fits it, or it can't be read */
export function reduce(item: ScannedItem, policy: Policy): Reduction | null {
  const decision = decisionOn(item, policy);
  if (decision === null || decision.rule === null) return null;
  const rule = decision.rule + 1;
  const stage = stringMember(item, 'stage');
  if (decision.level === 'None' || decision.omitStages.some((omitted) => omitted === stage)) {
    return { rule, effect: 'dropped', bytes: null };
  }
  const without = bodiesBeyond(item, decision);
  const cuts = cutsIn(item.members, ({ key }) => without.includes(key));
  if (cuts.length > 0) {
    const left = [...cuts, ...managedFields(item, decision, without)];
    return { rule, effect: 'bodies', bytes: withoutCuts(item.bytes, left) };
  }
  const owners = managedFields(item, decision, without);
  if (owners.length === 0) return null;
  return { rule, effect: 'managed-fields', bytes: withoutCuts(item.bytes, owners) };
}

/** Members are few and small, so that they may be parsed; bodies never are. */
function decisionOn(item: ScannedItem, policy: Policy): Decision | null {
  const attributes = attributesOf({
    user: parsed(objectMember(item, 'user')),
    verb: stringMember(item, 'verb'),
    requestURI: stringMember(item, 'requestURI'),
    objectRef: parsed(objectMember(item, 'objectRef')),
  });
  return attributes && decide(policy, attributes);
}

function parsed(item: ScannedItem | undefined): unknown {
  return item && (JSON.parse(item.bytes.toString('utf8')) as unknown);
}

/** The bodies that an event of the decided level does not have. */
function bodiesBeyond(item: ScannedItem, { level }: Decision): readonly string[] {
  const own = auditLevels.find((known) => known === stringMember(item, 'level'));
  if (own === undefined || !isBelow(level, own)) return [];
  return level === 'Metadata' ? bodies : ['responseObject'];
}

function managedFields(
  item: ScannedItem,
  { omitManagedFields }: Decision,
  without: readonly string[],
): readonly Span[] {
  if (!omitManagedFields) return [];
  return item.members
    .filter(({ key }) => bodies.includes(key) && !without.includes(key))
    .flatMap((body) => managedFieldsIn(item.bytes, valueOf(body)));
}
