import { describe, expect, it } from '@jest/globals';
import { openCodec } from '@auditstream/events/codec';
import { type AuditEvent } from '@auditstream/events/generated/types';
import {
  atStage,
  dockerEvent,
  execEvent,
  appended,
  registry,
  ruleText,
  ruleVersion,
} from '../samples.ts';
import { compileVersion, type UsableVersion } from './compiled-version.ts';
import { detectionOf } from './detection.ts';

function usable(change: Parameters<typeof ruleVersion>[0] = {}): UsableVersion {
  const compiled = compileVersion(ruleVersion(change));
  if (compiled.type === 'broken') throw compiled.cause;
  return compiled;
}

const evidence = { fields: [{ field: 'verb', value: 'create' }], omitted: 0 };

function detect(event: AuditEvent, version = usable()) {
  return detectionOf(event, version, evidence);
}

describe('detectionOf', () => {
  it('tells everything about event, rule and evidence', () => {
    const { actor, object } = execEvent;
    expect(detect(execEvent)).toEqual({
      // sha256sum of '6:rule-19:request-1', and of
      // '4:rule6:rule-14:prod5:alice-4:pods4:exec4:shop5:web-1'.
      id: 'c7f133e777e5d3b3e88ce635d95812a6',
      dedupKey: 'f69da61c332414bf4e192872870ee556',
      ...{ revision: 3, state: 'closed', mode: 'enforce', origin: 'live', kind: 'rule' },
      ...{ ruleId: 'rule-1', ruleVersion: 1, title: 'Exec', level: 'high', severity: 73 },
      ...{ tags: ['attack.t1609'], cluster: 'prod', source: 'kubernetes', actor, object },
      ...{ effectiveActor: null, action: 'create', outcome: 'success', sourceAddress: '10.1.2.3' },
      bucketTime: appended * 1000 - 1_000_000,
      firstTime: appended * 1000 + 250,
      lastTime: appended * 1000 + 250,
      ...{ requests: 1, eventIds: ['event-1'], matched: evidence.fields },
      falsePositives: ['Debugging'],
      summary: 'alice created pods/exec shop/web-1 in cluster prod from 10.1.2.3 (101): Exec',
    });
  });

  it.each<[string, AuditEvent, object]>([
    ['an open watch', atStage('ResponseStarted'), { revision: 2, state: 'open' }],
    ['a complete request', atStage('ResponseComplete'), { revision: 3, state: 'closed' }],
    ['a panic', atStage('Panic'), { revision: 3, state: 'closed' }],
    ['a Docker event', dockerEvent, { revision: 3, state: 'closed', bucketTime: dockerEvent.time }],
  ])('is open or closed, with a revision: %s', (_, event, expected) => {
    expect(detect(event)).toMatchObject(expected);
  });

  it.each<[string, Partial<AuditEvent>, string]>([
    ['an hour old to the microsecond', { appendedAt: appended + 3_600_000 }, 'live'],
    ['more than an hour old', { appendedAt: appended + 3_600_001 }, 'late'],
    ['dated in the future', { appendedAt: appended - 7_200_000 }, 'live'],
    ['old and replayed', { appendedAt: appended + 9e9, origin: 'replay' }, 'replay'],
  ])('has an origin: %s', (_, change, expected) => {
    expect(detect({ ...execEvent, time: appended * 1000, ...change }).origin).toBe(expected);
  });

  it.each<[string, Partial<AuditEvent>, { id: boolean; dedupKey: boolean }]>([
    ['another stage', { id: 'event-9', statusCode: 200 }, { id: true, dedupKey: true }],
    ['another request', { requestId: 'request-2' }, { id: false, dedupKey: true }],
    ['another cluster', { cluster: 'test' }, { id: true, dedupKey: false }],
    [
      'another actor',
      { actor: { name: 'bob', id: null, groups: [] } },
      { id: true, dedupKey: false },
    ],
    ['another object', { object: null }, { id: true, dedupKey: false }],
  ])('shares id and dedupKey with %s', (_, change, expected) => {
    const [one, other] = [detect(execEvent), detect({ ...execEvent, ...change })];
    expect({ id: one.id === other.id, dedupKey: one.dedupKey === other.dedupKey }).toEqual(
      expected,
    );
  });

  it('shares id and dedupKey with another version, not with another rule', () => {
    const one = detect(execEvent);
    const version = detect(execEvent, usable({ version: 2, mode: 'shadow' }));
    const rule = detect(execEvent, usable({ id: 'rule-2' }));
    expect(version).toMatchObject({ id: one.id, dedupKey: one.dedupKey, mode: 'shadow' });
    expect([rule.id === one.id, rule.dedupKey === one.dedupKey]).toEqual([false, false]);
  });

  it('tells parts of a key apart that read the same one after the other', () => {
    const { object } = execEvent;
    if (object === null) throw new Error('the sample has an object');
    const a = detect({ ...execEvent, object: { ...object, namespace: 'a', name: 'bc' } });
    const b = detect({ ...execEvent, object: { ...object, namespace: 'ab', name: 'c' } });
    const c = detect({ ...execEvent, object: { ...object, subresource: '' } });
    const d = detect({ ...execEvent, object: { ...object, subresource: null } });
    expect(new Set([a, b, c, d].map(({ dedupKey }) => dedupKey)).size).toBe(4);
  });

  it('has at most 64 KiB, whatever event and rule hold', async () => {
    const long = '\u{1f600}'.repeat(5000);
    const lists = Array<string>(500).fill(long);
    const actor = { name: long, id: long, groups: lists };
    const object = {
      ...{ type: long, group: long, version: long, subresource: long },
      ...{ namespace: long, name: long, id: long },
    };
    const text = ruleText('verb: create')
      .replace('[attack.t1609]', JSON.stringify(Array(500).fill('\u{1f600}'.repeat(100))))
      .replace('[Debugging]', JSON.stringify(Array(100).fill('\u{1f600}'.repeat(300))))
      .replace('Exec', '\u{1f600}'.repeat(128));
    const event = { ...execEvent, actor, effectiveActor: actor, object, sourceAddress: long };
    const fields = Array(500).fill({ field: long, value: long.slice(0, 256) });
    const detection = detectionOf(
      { ...event, cluster: long, action: long },
      usable({ text, id: 'r'.repeat(128) }),
      { fields, omitted: 0 },
    );
    const codec = await openCodec('audit.detections', registry);
    const size = codec.encode(detection).length;
    expect(size).toBeGreaterThan(40_000);
    expect(size).toBeLessThanOrEqual(65_536);
  });
});
