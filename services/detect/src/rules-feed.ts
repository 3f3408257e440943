import { type TopicCodec } from '@auditstream/events/codec';
import { type Decoded, decodeAll } from '@auditstream/events/decode-all';
import { type RuleVersion } from '@auditstream/events/generated/types';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type StreamRecord } from '@auditstream/stream/types';
import { type RuleSet } from './domain/rule-set.ts';

/** A compacted topic that is read from its beginning, as packages/stream has it. */
export interface RulesTable {
  /** Resolves when all that was in the topic at the call has been handed over. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

export interface RulesFeedPorts {
  /** Opens audit.rules; every record is handed over once, in order. */
  readonly openTable: (onRecord: (record: StreamRecord) => void) => Promise<RulesTable>;
  readonly codec: TopicCodec<RuleVersion>;
  readonly ruleSet: RuleSet;
  readonly telemetry: Pick<Telemetry, 'count' | 'set' | 'log'>;
}

/** What brings audit.rules into the rule set. */
export interface RulesFeed {
  /**
   * Resolves when everything that was in the topic at the call is in the rule set. Rejects where the
   * broker or the registry does not answer; nothing is lost by that.
   */
  catchUp(): Promise<void>;
  /** True where the last reading that ended did so well. */
  isCaughtUp(): boolean;
  stop(): Promise<void>;
}

export async function openRulesFeed(ports: RulesFeedPorts): Promise<RulesFeed> {
  const pending: StreamRecord[] = [];
  const applyPending = inTurn(() => apply(pending, ports));
  let caughtUp = false;
  const table = await ports.openTable((record) => {
    pending.push(record);
    // Without waiting for an event, so that health tells of rules before there is one. What fails here
    // stays pending, and fails again where somebody waits for it.
    applyPending().catch(() => undefined);
  });
  const catchUp = async (): Promise<void> => {
    try {
      await table.catchUp();
      await applyPending();
      caughtUp = true;
    } catch (error) {
      caughtUp = false;
      throw error;
    }
  };
  return { catchUp, isCaughtUp: () => caughtUp, stop: () => table.stop() };
}

/** Records stay pending until their schemas are known, however often that fails. */
async function apply(pending: StreamRecord[], ports: RulesFeedPorts): Promise<void> {
  const records = [...pending];
  const decoded = await decodeAll(ports.codec, records);
  pending.splice(0, records.length);
  records.forEach((record, at) => {
    take(record, decoded[at], ports);
  });
  ports.telemetry.set('detect_rules', {}, ports.ruleSet.enabledCount());
}

function take(
  record: StreamRecord,
  decoded: Decoded<RuleVersion> | undefined,
  { ruleSet, telemetry }: RulesFeedPorts,
): void {
  const { offset, timestamp: publishedAt } = record;
  if (decoded?.ok !== true) {
    telemetry.count('detect_rule_errors_total', { rule: 'unreadable' });
    const reason = decoded?.rejection.message;
    telemetry.log.error(
      { offset, reason },
      'A record of audit.rules cannot be read: no such rule.',
    );
    return;
  }
  const { id, version } = decoded.value;
  if (ruleSet.add({ version: decoded.value, publishedAt }) !== 'conflict') return;
  const message = 'Two versions of a rule have one number; the first counts.';
  telemetry.log.error({ rule: id, version, offset }, message);
}

/** No two runs overlap. Each call gets a run that began after it; calls that wait share one. */
function inTurn(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    waiting = undefined;
    running = run();
    return running;
  };
  return () => (waiting ??= running.then(begin, begin));
}
