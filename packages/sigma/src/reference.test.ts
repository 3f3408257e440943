import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileRule } from './compile.ts';
import { parseRule } from './parse.ts';
import {
  referenceMatches,
  type RawCondition,
  type RawMap,
  type RawRule,
  type RawSearch,
  type RawValue,
} from './testing/reference.ts';

/** Few keys, texts and numbers, so that rules and events meet often. */
const field = fc.constantFrom('a', 'b', 'a.b', 'a.b.a', 'b.a');
const text = fc.constantFrom('', 'x', 'X', 'xy', 'Yx', '1', '2.5', 'a*x', 'true', 'x\ny');
const pattern = fc.oneof(
  text,
  fc.constantFrom('*', 'x*', '*X', '?', '*y*', 'x?', String.raw`a\*x`),
);
const number = fc.constantFrom(-1, 0, 1, 2.5, 400);
const scalar = fc.oneof(pattern, number, fc.boolean());

function keyed(
  modifiers: readonly string[],
  values: fc.Arbitrary<RawMap[string]>,
): fc.Arbitrary<RawMap> {
  return fc
    .tuple(field, fc.constantFrom(...modifiers), values)
    .map(([name, suffix, value]) => ({ [`${name}${suffix}`]: value }));
}

function oneOrMore(value: fc.Arbitrary<RawValue>): fc.Arbitrary<RawMap[string]> {
  return fc.oneof(value, fc.array(value, { maxLength: 3 }));
}

const several = fc.array(scalar, { minLength: 2, maxLength: 3 });
const regex = fc.constantFrom('x', '^x', 'X$', 'x.y', '^y$', '[0-9]+');
const line: fc.Arbitrary<RawMap> = fc.oneof(
  keyed(['', '|neq'], oneOrMore(fc.oneof(scalar, fc.constant(null)))),
  keyed(['|contains', '|startswith', '|endswith', '|contains|neq'], oneOrMore(scalar)),
  keyed(['|cased', '|contains|cased', '|startswith|cased'], oneOrMore(scalar)),
  keyed(['|all', '|contains|all', '|endswith|all|neq'], several),
  keyed(['|lt', '|lte', '|gt', '|gte', '|gte|neq'], oneOrMore(number)),
  keyed(['|re', '|re|i', '|re|m', '|re|s', '|re|i|s|m'], oneOrMore(regex)),
  keyed(['|exists'], fc.boolean()),
);
const map = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines): RawMap => {
  return Object.assign({}, ...lines) as RawMap;
});
const search: fc.Arbitrary<RawSearch> = fc.oneof(
  { arbitrary: map, weight: 3 },
  fc.array(map, { minLength: 1, maxLength: 3 }),
  fc.array(scalar, { minLength: 1, maxLength: 3 }),
);

const names = ['s_one', 's_two', '_s', 't'] as const;
const condition = fc.letrec<{ tree: RawCondition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...names).map((name) => ({ is: 'search' as const, name })),
    fc
      .tuple(fc.constantFrom('1 of' as const, 'all of' as const), fc.constantFrom('', 's_', '_'))
      .map(([is, prefix]) => ({ is, prefix })),
    tie('tree').map((operand) => ({ is: 'not' as const, operand })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      )
      .map(([is, operands]) => ({ is, operands })),
  ),
})).tree;

const rule: fc.Arbitrary<RawRule> = fc.record({
  searches: fc.record({ s_one: search, s_two: search, _s: search, t: search }),
  condition,
});

const event = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'a.b', 'b.a', '__proto__'), tie('value'), {
    maxKeys: 3,
  }),
})).object;

/** A rule as a file has it: JSON is YAML. */
function textOf({ searches, condition: tree }: RawRule): string {
  const detection = { ...searches, condition: print(tree) };
  return JSON.stringify({ title: 't', logsource: { product: 'p' }, detection });
}

/** With more parentheses than are needed, and other selectors' spellings than the engine prints. */
function print(tree: RawCondition): string {
  switch (tree.is) {
    case 'search':
      return tree.name;
    case '1 of':
    case 'all of':
      return `${tree.is} ${tree.prefix === '' ? 'them' : `${tree.prefix}*`}`;
    case 'not':
      return `not (${print(tree.operand)})`;
    case 'and':
    case 'or':
      return tree.operands.map((operand) => `(${print(operand)})`).join(` ${tree.is} `);
  }
}

describe('the compiled engine', () => {
  it('agrees with the plain reading on random rules and events', () => {
    fc.assert(
      fc.property(rule, fc.array(event, { minLength: 1, maxLength: 5 }), (raw, events) => {
        const compiled = compileRule(parseRule(textOf(raw)));
        const judged = events.map((each) => compiled.matches(each) !== undefined);
        expect(judged).toEqual(events.map((each) => referenceMatches(raw, each)));
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with it on single lines, which meet more often', () => {
    const judgements = { true: 0, false: 0 };
    fc.assert(
      fc.property(line, fc.array(event, { minLength: 5, maxLength: 10 }), (only, events) => {
        const raw: RawRule = { searches: { s: only }, condition: { is: 'search', name: 's' } };
        const compiled = compileRule(parseRule(textOf(raw)));
        for (const each of events) {
          const expected = referenceMatches(raw, each);
          judgements[`${expected}`] += 1;
          expect(compiled.matches(each) !== undefined).toBe(expected);
        }
      }),
      { numRuns: 1000 },
    );
    const total = judgements.true + judgements.false;
    expect(Math.min(judgements.true, judgements.false) / total).toBeGreaterThan(0.05);
  });

  it('gives the same evidence again, of fields that the rule names', () => {
    fc.assert(
      fc.property(line, event, (only, each) => {
        const text = textOf({ searches: { s: only }, condition: { is: 'search', name: 's' } });
        const evidence = compileRule(parseRule(text)).matches(each);
        expect(compileRule(parseRule(text)).matches(each)).toEqual(evidence);
        const [key = ''] = Object.keys(only);
        for (const found of evidence?.fields ?? []) expect(key.split('|')[0]).toBe(found.field);
      }),
    );
  });
});
