import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ruleText, ruleVersion } from '../samples.ts';
import { compileVersion, versionKey } from './compiled-version.ts';
import { createRuleSet, type RuleSet } from './rule-set.ts';

function inForce(rules: RuleSet, time: number): readonly string[] {
  return rules.inForceAt(time).usable.kubernetes.map(({ version }) => versionKey(version));
}

function published(id: string, version: number, publishedAt: number, enabled = true) {
  return { version: ruleVersion({ id, version, enabled }), publishedAt };
}

describe('createRuleSet', () => {
  it('lets a version count from one second after its append time until the next one counts', () => {
    const rules = createRuleSet();
    rules.add(published('a', 1, 5000));
    rules.add(published('a', 2, 8000));
    const times = [5000, 5999, 6000, 8999, 9000, 1e12].map((time) => inForce(rules, time));
    expect(times).toEqual([[], [], ['a/1'], ['a/1'], ['a/2'], ['a/2']]);
  });

  it('lets a disabled version switch the rule off', () => {
    const rules = createRuleSet();
    rules.add(published('a', 1, 0));
    rules.add(published('a', 2, 1000, false));
    rules.add(published('b', 1, 0));
    expect([inForce(rules, 1999), inForce(rules, 2000)]).toEqual([['a/1', 'b/1'], ['b/1']]);
    expect(rules.enabledCount()).toBe(1);
  });

  it('takes a new version into account for moments that it was asked about before', () => {
    const rules = createRuleSet();
    rules.add(published('a', 1, 0));
    expect(inForce(rules, 9000)).toEqual(['a/1']);
    rules.add(published('b', 1, 7000));
    expect([inForce(rules, 7999), inForce(rules, 9000)]).toEqual([['a/1'], ['a/1', 'b/1']]);
  });

  it.each([
    ['the same again', {}, 'repeat'],
    ['another text', { digest: 'd2' }, 'conflict'],
    ['another mode', { mode: 'shadow' as const }, 'conflict'],
    ['another enabling', { enabled: false }, 'conflict'],
  ])('lets the first record of a version count: %s', (_, change, expected) => {
    const rules = createRuleSet();
    rules.add(published('a', 1, 0));
    const repeat = { version: ruleVersion({ id: 'a', ...change }), publishedAt: 9000 };
    expect(rules.add(repeat)).toBe(expected);
    expect(inForce(rules, 1000)).toEqual(['a/1']);
  });

  it('keeps a broken version in force as one that finds nothing, beside the others', () => {
    const rules = createRuleSet();
    rules.add(published('a', 1, 0));
    rules.add({ version: ruleVersion({ id: 'a', version: 2, text: 'no: rule' }), publishedAt: 10 });
    rules.add(published('b', 1, 0));
    const { broken } = rules.inForceAt(9000);
    expect(inForce(rules, 9000)).toEqual(['b/1']);
    expect(broken.map(({ version }) => versionKey(version))).toEqual(['a/2']);
  });

  it.each([
    ['kubernetes', { kubernetes: 1, docker: 0, auditstream: 0, unknown: 0 }],
    ['docker', { kubernetes: 0, docker: 1, auditstream: 0, unknown: 0 }],
    ['windows', { kubernetes: 0, docker: 0, auditstream: 0, unknown: 0 }],
  ])('shows rules the events of their log source: %s', (product, expected) => {
    const rules = createRuleSet();
    const text = ruleText('verb: create', product);
    rules.add({ version: ruleVersion({ text }), publishedAt: 0 });
    const { usable } = rules.inForceAt(1000);
    const counts = Object.entries(usable).map(([source, seeing]) => [source, seeing.length]);
    expect(Object.fromEntries(counts)).toEqual(expected);
  });

  it('compiles a version once while it is in force, and keeps few that are not', () => {
    const compiled: string[] = [];
    const rules = createRuleSet((version) => {
      compiled.push(versionKey(version));
      return compileVersion(version);
    });
    rules.add(published('stays', 1, 0));
    for (let version = 1; version <= 50; version += 1) {
      rules.add(published('changes', version, version * 10_000));
      rules.inForceAt(version * 10_000 + 5000);
    }
    expect(compiled.filter((key) => key === 'stays/1')).toHaveLength(1);
    expect(new Set(compiled).size).toBe(compiled.length);
    rules.inForceAt(15_000);
    expect(compiled.filter((key) => key === 'changes/1')).toHaveLength(2);
  });

  it('answers the same in whatever order versions come and moments are asked for', () => {
    fc.assert(
      fc.property(
        versionsArbitrary,
        fc.array(timeArbitrary),
        fc.infiniteStream(fc.nat()),
        property,
      ),
    );
  });
});

const timeArbitrary = fc.integer({ min: 0, max: 12_000 });
const versionsArbitrary = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    version: fc.integer({ min: 1, max: 4 }),
    publishedAt: fc.integer({ min: 0, max: 10_000 }),
    enabled: fc.boolean(),
  }),
  { selector: ({ id, version }) => `${id}/${version}` },
);

type Row = { id: string; version: number; publishedAt: number; enabled: boolean };

function property(rows: Row[], times: number[], order: Iterator<number>): void {
  const rules = createRuleSet();
  for (const row of rows) {
    rules.add(published(row.id, row.version, row.publishedAt, row.enabled));
    inForce(rules, Number(order.next().value) % 12_000);
  }
  for (const time of times) expect(inForce(rules, time)).toEqual(plainAnswer(rows, time));
}

/** The definition, word for word. */
function plainAnswer(rows: readonly Row[], time: number): readonly string[] {
  return ['a', 'b', 'c'].flatMap((id) => {
    const counting = rows.filter((row) => row.id === id && row.publishedAt + 1000 <= time);
    const highest = counting.sort((a, b) => b.version - a.version)[0];
    return highest?.enabled === true ? [versionKey(highest)] : [];
  });
}
