import { type HealthState } from '@auditstream/runtime/health';
import { type RuleSet } from './domain/rule-set.ts';
import { type RulesFeed } from './rules-feed.ts';

/** Ready when audit.rules was read to its end and holds a rule that is enabled. */
export function rulesHealth(
  feed: Pick<RulesFeed, 'isCaughtUp'>,
  ruleSet: Pick<RuleSet, 'enabledCount'>,
): HealthState {
  if (!feed.isCaughtUp()) return notReady('audit.rules could not be read to its end');
  if (ruleSet.enabledCount() > 0) return { ok: true };
  return notReady('audit.rules holds no enabled rule: has the rules service published any?');
}

function notReady(reason: string): HealthState {
  return { ok: false, reason };
}
