import { type HealthState } from '@auditstream/runtime/health';
import { type ConsumerHealth } from '@auditstream/stream/consumer';
import { type RuleSet } from './domain/rule-set.ts';
import { type RulesFeed } from './rules-feed.ts';

/** How long events may wait without one being settled, in milliseconds. */
const stallLimitMs = 60_000;

/** Ready when audit.rules was read to its end and holds a rule that is enabled. */
export function rulesHealth(
  feed: Pick<RulesFeed, 'isCaughtUp'>,
  ruleSet: Pick<RuleSet, 'enabledCount'>,
): HealthState {
  if (!feed.isCaughtUp()) return notReady('audit.rules could not be read to its end');
  if (ruleSet.enabledCount() > 0) return { ok: true };
  return notReady('audit.rules holds no enabled rule: has the rules service published any?');
}

/** Ready when the consumer is connected and makes progress; a process may own no partition. */
export function consumerHealth(consumer: ConsumerHealth): HealthState {
  if (!consumer.connected) return notReady('the consumer is not connected to Kafka');
  if (consumer.stalledForMs <= stallLimitMs) return { ok: true };
  return notReady(`no event was settled for ${Math.round(consumer.stalledForMs / 1000)} s`);
}

function notReady(reason: string): HealthState {
  return { ok: false, reason };
}
