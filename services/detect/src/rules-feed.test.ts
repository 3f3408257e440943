import { describe, expect, it } from '@jest/globals';
import { openCodec } from '@auditstream/events/codec';
import { type StreamRecord } from '@auditstream/stream/types';
import { createRuleSet } from './domain/rule-set.ts';
import { openRulesFeed, type RulesFeed } from './rules-feed.ts';
import { createRecorder, registry, ruleVersion } from './samples.ts';

const codec = await openCodec('audit.rules', registry);

function recordOf(value: Buffer, timestamp = 0): StreamRecord {
  return {
    ...{ topic: 'audit.rules', partition: 0, offset: 7, timestamp },
    ...{ key: null, value, headers: {} },
  };
}

async function openFeed(change: { readonly prepare?: () => Promise<void> } = {}) {
  const ruleSet = createRuleSet();
  const recorder = createRecorder();
  let hand: (record: StreamRecord) => void = () => undefined;
  let atCatchUp: () => Promise<void> = () => Promise.resolve();
  const feed: RulesFeed = await openRulesFeed({
    openTable: (onRecord) => {
      hand = onRecord;
      return Promise.resolve({ catchUp: () => atCatchUp(), stop: () => Promise.resolve() });
    },
    codec: { ...codec, ...change },
    ruleSet,
    telemetry: recorder.telemetry,
  });
  return {
    ...{
      feed,
      ruleSet,
      recorder,
      hand: (record: StreamRecord): void => {
        hand(record);
      },
    },
    onCatchUp: (run: () => Promise<void>) => void (atCatchUp = run),
  };
}

describe('openRulesFeed', () => {
  it('has in the rule set, with their append times, what the table handed over', async () => {
    const { feed, ruleSet, hand, onCatchUp } = await openFeed();
    onCatchUp(() => {
      hand(recordOf(codec.encode(ruleVersion()), 5000));
      return Promise.resolve();
    });
    expect(feed.isCaughtUp()).toBe(false);
    await feed.catchUp();
    expect(feed.isCaughtUp()).toBe(true);
    expect(ruleSet.inForceAt(5999).usable.kubernetes).toHaveLength(0);
    expect(ruleSet.inForceAt(6000).usable.kubernetes).toHaveLength(1);
  });

  it('serves calls at the same time, each with everything that was there', async () => {
    const { feed, ruleSet, hand, onCatchUp } = await openFeed();
    let version = 0;
    onCatchUp(() => {
      version += 1;
      hand(recordOf(codec.encode(ruleVersion({ id: `rule-${version}` }))));
      return Promise.resolve();
    });
    const seen = await Promise.all(
      [1, 2, 3].map(async (handed) => {
        await feed.catchUp();
        return ruleSet.enabledCount() >= handed;
      }),
    );
    expect(seen).toEqual([true, true, true]);
  });

  it('takes rules without anybody asking, so that health tells of them', async () => {
    const { feed, ruleSet, hand } = await openFeed();
    await feed.catchUp();
    hand(recordOf(codec.encode(ruleVersion())));
    await new Promise(setImmediate);
    expect(ruleSet.enabledCount()).toBe(1);
  });

  it('rejects and says so while the table cannot be read', async () => {
    const { feed, onCatchUp } = await openFeed();
    await feed.catchUp();
    onCatchUp(() => Promise.reject(new Error('no broker')));
    await expect(feed.catchUp()).rejects.toThrow('no broker');
    expect(feed.isCaughtUp()).toBe(false);
    onCatchUp(() => Promise.resolve());
    await feed.catchUp();
    expect(feed.isCaughtUp()).toBe(true);
  });

  it('loses no record while the registry cannot be reached', async () => {
    let isUp = false;
    const prepare = (): Promise<void> =>
      isUp ? Promise.resolve() : Promise.reject(new Error('no registry'));
    const { feed, ruleSet, hand } = await openFeed({ prepare });
    hand(recordOf(codec.encode(ruleVersion())));
    await expect(feed.catchUp()).rejects.toThrow('no registry');
    isUp = true;
    await feed.catchUp();
    expect(ruleSet.enabledCount()).toBe(1);
  });

  it('isolates what it cannot take, and reports it', async () => {
    const { feed, ruleSet, hand, recorder } = await openFeed();
    hand(recordOf(Buffer.from('poison')));
    hand(recordOf(codec.encode(ruleVersion())));
    hand(recordOf(codec.encode(ruleVersion({ digest: 'd2' }))));
    await feed.catchUp();
    expect(ruleSet.enabledCount()).toBe(1);
    expect(recorder.errors()).toHaveLength(2);
    expect(recorder.counted()).toEqual({ 'detect_rule_errors_total unreadable': 1 });
    expect(recorder.gauges()).toEqual({ detect_rules: 1 });
  });
});
