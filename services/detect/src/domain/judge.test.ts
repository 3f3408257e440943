import { describe, expect, it } from '@jest/globals';
import { type AuditEvent } from '@auditstream/events/generated/types';
import { atStage, dockerEvent, execEvent, appended, ruleText, ruleVersion } from '../samples.ts';
import { compileVersion, type CompiledVersion } from './compiled-version.ts';
import { judge, type Verdict } from './judge.ts';
import { createRuleSet } from './rule-set.ts';

function judgeBy(
  event: AuditEvent,
  texts: readonly string[],
  compile: typeof compileVersion = compileVersion,
): Verdict {
  const rules = createRuleSet(compile);
  texts.forEach((text, index) => {
    rules.add({ version: ruleVersion({ id: `rule-${index}`, text }), publishedAt: 0 });
  });
  return judge(event, rules.inForceAt(appended));
}

function rulesFound(verdict: Verdict): readonly string[] | string {
  if (verdict.type !== 'evaluated') return verdict.type;
  return verdict.detections.map(({ ruleId }) => ruleId);
}

const create = ruleText('verb: create');
const received = ruleText('stage: RequestReceived');

describe('judge', () => {
  it('finds what matches, in the order of the rules', () => {
    const texts = [create, ruleText('verb: delete'), ruleText('objectRef.subresource: exec')];
    expect(rulesFound(judgeBy(execEvent, texts))).toEqual(['rule-0', 'rule-2']);
  });

  it.each<[string, AuditEvent, readonly string[], object]>([
    ['no rule', execEvent, [], { reason: 'no-rule' }],
    ['rules for other sources', dockerEvent, [create], { reason: 'no-rule' }],
    [
      'a stage that is not judged',
      atStage('RequestReceived'),
      [create],
      { reason: 'stage-not-judged' },
    ],
    [
      'a source of later',
      { ...execEvent, source: 'unknown' },
      [create],
      { reason: 'unknown-source' },
    ],
  ])('passes over an event: %s', (_, event, texts, expected) => {
    expect(judgeBy(event, texts)).toEqual({ type: 'passed-over', ...expected });
  });

  it('shows rules what was taken out of an event, and not what its body says of that', () => {
    const redactions = [{ path: 'requestObject.data.key', kind: 'private_key', size: 9 }] as const;
    const body = Buffer.from(
      '{"redactions":[{"kind":"token"}],"objectRef":{"resource":"configmaps"}}',
    );
    const texts = [
      ruleText('redactions.kind: private_key'),
      ruleText("redactions.path|startswith: 'requestObject.data.'"),
      ruleText('redactions.kind: token'),
    ];
    const event = { ...execEvent, body };
    expect(rulesFound(judgeBy({ ...event, redactions, redacted: 1 }, texts))).toEqual([
      'rule-0',
      'rule-1',
    ]);
    expect(rulesFound(judgeBy(event, texts))).toEqual([]);
  });

  it('shows every stage to rules that name one, and only to those', () => {
    const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete'];
    const events = stages.map((stage) => atStage(stage, { statusCode: 200 }));
    const found = events.map((event) => rulesFound(judgeBy(event, [create, received])));
    expect(found).toEqual([['rule-1'], [], ['rule-0']]);
  });

  it.each([
    ['no JSON', '{"verb":', 'The body of the event is no JSON.'],
    ['no object', '["create"]', 'The body of the event is JSON, but no object.'],
    ['null', 'null', 'The body of the event is JSON, but no object.'],
  ])('tells of a body that is %s', (_, body, message) => {
    const verdict = judgeBy({ ...execEvent, body: Buffer.from(body) }, [create]);
    expect(verdict).toEqual({ type: 'unreadable', message });
  });

  it('does not look at a body that no rule sees', () => {
    const event = { ...execEvent, body: Buffer.from('{') };
    expect(judgeBy(event, [ruleText('verb: create', 'docker')]).type).toBe('passed-over');
  });

  it.each([
    ['__proto__ of the event itself', '{"__proto__":{"verb":"create"}}', 'verb: create', []],
    ['__proto__ as a field', '{"__proto__":{"a":"1"}}', '__proto__.a: "1"', ['rule-0']],
    ['constructor, which no event has', '{}', 'constructor.name: Object', []],
    ['the length of a text', '{"verb":"create"}', 'verb.length: 6', []],
  ])('keeps to what the event holds: %s', (_, body, selection: string, expected: string[]) => {
    const event = { ...execEvent, body: Buffer.from(body) };
    expect(rulesFound(judgeBy(event, [ruleText(selection)]))).toEqual(expected);
    expect(({} as Record<string, unknown>)['verb']).toBeUndefined();
  });

  it('isolates a rule that fails', () => {
    const failing = (version: ReturnType<typeof ruleVersion>): CompiledVersion => {
      const compiled = compileVersion(version);
      if (version.id !== 'rule-1' || compiled.type === 'broken') return compiled;
      const matches = (): never => {
        throw new Error('out of stack');
      };
      return { ...compiled, rule: { ...compiled.rule, matches } };
    };
    const verdict = judgeBy(execEvent, [create, create, create], failing);
    expect(rulesFound(verdict)).toEqual(['rule-0', 'rule-2']);
    expect(verdict).toMatchObject({
      failures: [{ version: { id: 'rule-1' }, cause: new Error('out of stack') }],
    });
  });
});
