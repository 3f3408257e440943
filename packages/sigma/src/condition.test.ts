import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ConditionError,
  parseCondition,
  printCondition,
  searchesOf,
  selectSearches,
  type Condition,
} from './condition.ts';

const names = ['a', 'b', 'c', 'sel_one', 'sel_two', '_hidden'];

function refusal(text: string): ConditionError {
  try {
    parseCondition(text, names);
  } catch (error) {
    if (error instanceof ConditionError) return error;
  }
  throw new Error(`'${text}' was not refused`);
}

describe('parseCondition', () => {
  it.each([
    ['a', 'a'],
    ['a or b and c', 'a or (b and c)'],
    ['a and b or c', '(a and b) or c'],
    ['not a and b', 'not a and b'],
    ['not a or b and not c', 'not a or (b and not c)'],
    ['not (a or b)', 'not (a or b)'],
    ['not not a', 'not not a'],
    ['(a or b) and c', '(a or b) and c'],
    ['((a))', 'a'],
    ['a and b and c', 'a and b and c'],
    ['a and (b and c)', 'a and (b and c)'],
    ['1 of sel_* and not all of them', '1 of sel_* and not all of them'],
    ['not 1 of sel_*', 'not 1 of sel_*'],
    ['A1 OR b', undefined],
    ['a AND NOT b', 'a and not b'],
    ['a\n  or\tb', 'a or b'],
  ])('reads %j as %j', (text, printed) => {
    if (printed === undefined) expect(refusal(text).code).toBe('unknown-search');
    else expect(printCondition(parseCondition(text, names))).toBe(printed);
  });

  it('binds not tighter than and, and tighter than or', () => {
    expect(parseCondition('a or not b and c', names)).toEqual({
      kind: 'or',
      operands: [
        { kind: 'search', name: 'a' },
        {
          kind: 'and',
          operands: [
            { kind: 'not', operand: { kind: 'search', name: 'b' } },
            { kind: 'search', name: 'c' },
          ],
        },
      ],
    });
  });

  it.each([
    ['', 'condition at 0', /found the end/],
    ['a and', 'condition at 5', /expected a search's name/],
    ['a b', 'condition at 2', /expected 'and', 'or'/],
    ['(a or b', 'condition at 7', /'\)'/],
    ['a)', 'condition at 1', /found '\)'/],
    ['2 of sel_*', 'condition at 0', /'1 of …' or 'all of …'/],
    ['1 of', 'condition at 4', /a pattern or 'them'/],
    ['a and d', 'unknown-search at 6', /'d'.*defines 'a', 'b'/],
    ['sel_*', 'unknown-search at 0', /'sel_\*'/],
    ['1 of filter_*', 'empty-selector at 5', /chooses no search/],
    ['a | count() > 5', 'unsupported at 2', /correlation/],
    ['a|count()', 'unsupported at 0', /correlation/],
    ['not '.repeat(65) + 'a', 'too-large at 256', /nests deeper/],
    ['('.repeat(65) + 'a' + ')'.repeat(65), 'too-large at 64', /nests deeper/],
  ])('refuses %j: %s', (text, place, message) => {
    const error = refusal(text);
    expect(`${error.code} at ${error.offset}`).toBe(place);
    expect(error.message).toMatch(message);
  });

  it('takes many groups beside each other, which do not nest', () => {
    const text = Array<string>(200).fill('(a)').join(' or ');
    expect(printCondition(parseCondition(text, names))).toBe(text.replaceAll(/[()]/g, ''));
  });

  it('refuses them where only hidden searches are defined', () => {
    expect(() => parseCondition('1 of them', ['_only'])).toThrow(/chooses no search/);
  });
});

describe('printCondition', () => {
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.constantFrom(...names).map((name) => ({ kind: 'search' as const, name })),
    fc
      .tuple(fc.constantFrom('1' as const, 'all' as const), fc.constantFrom('them', 'sel_*', 'a'))
      .map(([quantifier, pattern]) => ({ kind: 'selector' as const, quantifier, pattern })),
  );
  const condition = fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      tie('tree').map((operand) => ({ kind: 'not' as const, operand })),
      fc
        .tuple(
          fc.constantFrom('and' as const, 'or' as const),
          fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, operands]) => ({ kind, operands })),
    ),
  })).tree;

  it('prints what is read again as the same tree', () => {
    fc.assert(
      fc.property(condition, (tree) => {
        expect(parseCondition(printCondition(tree), names)).toEqual(tree);
      }),
    );
  });
});

describe('selectSearches', () => {
  it.each([
    ['them', ['a', 'b', 'c', 'sel_one', 'sel_two']],
    ['*', ['a', 'b', 'c', 'sel_one', 'sel_two']],
    ['sel_*', ['sel_one', 'sel_two']],
    ['*_t*o', ['sel_two']],
    ['*o*', ['sel_one', 'sel_two']],
    ['_*', ['_hidden']],
    ['*hidden', []],
    ['a', ['a']],
    ['a*a', []],
    ['A', []],
  ])('chooses for %j %j', (pattern, expected) => {
    expect(selectSearches(pattern, names)).toEqual(expected);
  });
});

describe('searchesOf', () => {
  it('names each search that the condition looks at once', () => {
    const condition = parseCondition('a and (1 of sel_* or not a)', names);
    expect([...searchesOf(condition, names)]).toEqual(['a', 'sel_one', 'sel_two']);
  });
});
