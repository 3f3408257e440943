import { compileItem, type Matcher } from './compile-item.ts';
import { searchesOf, selectSearches, type Condition } from './condition.ts';
import { createEvidenceSink, type MatchEvidence } from './evidence.ts';
import { type Logsource } from './logsource.ts';
import { type SigmaRule } from './rule.ts';
import { itemsOf, type Search } from './search.ts';

/** A rule that is ready to judge events. */
export interface CompiledRule {
  readonly rule: SigmaRule;
  readonly logsource: Logsource;
  /**
   * Judges an event: a value as `JSON.parse` gives it; bigints may stand for large integers. The
   * event is not changed, and whatever it holds, this does not throw.
   *
   * @returns why the rule matched, or undefined where it did not. The log source is not looked at.
   */
  readonly matches: (event: unknown) => MatchEvidence | undefined;
}

/** Builds a rule's closures once; nothing is compiled while events are judged. */
export function compileRule(rule: SigmaRule): CompiledRule {
  const searches = new Map<string, Matcher>();
  for (const [name, search] of rule.detection.searches) searches.set(name, compileSearch(search));
  const matcher = compileCondition(rule.detection.condition, searches);
  return {
    rule,
    logsource: rule.logsource,
    matches: (event) => {
      if (!matcher.holds(event)) return undefined;
      const sink = createEvidenceSink();
      matcher.explain(event, sink);
      return sink.take();
    },
  };
}

/** Tells whether a rule's condition looks at a field, spelt exactly so. */
export function namesField(rule: SigmaRule, field: string): boolean {
  const { searches, condition } = rule.detection;
  const used = searchesOf(condition, [...searches.keys()]);
  return [...searches].some(
    ([name, search]) => used.has(name) && itemsOf(search).some((item) => item.field === field),
  );
}

function compileSearch(search: Search): Matcher {
  if (search.kind === 'item') return compileItem(search);
  return combine(search.kind, search.searches.map(compileSearch));
}

function compileCondition(condition: Condition, searches: ReadonlyMap<string, Matcher>): Matcher {
  switch (condition.kind) {
    case 'search':
      return combine('all', pick([condition.name], searches));
    case 'selector': {
      const names = selectSearches(condition.pattern, searches.keys());
      return combine(condition.quantifier === 'all' ? 'all' : 'any', pick(names, searches));
    }
    case 'not':
      return negate(compileCondition(condition.operand, searches));
    case 'and':
    case 'or': {
      const operands = condition.operands.map((operand) => compileCondition(operand, searches));
      return combine(condition.kind === 'and' ? 'all' : 'any', operands);
    }
  }
}

function pick(
  names: readonly string[],
  searches: ReadonlyMap<string, Matcher>,
): readonly Matcher[] {
  return names.flatMap((name) => searches.get(name) ?? []);
}

function combine(join: 'all' | 'any', matchers: readonly Matcher[]): Matcher {
  const [only] = matchers;
  if (only !== undefined && matchers.length === 1) return only;
  const quantifier = join === 'all' ? 'every' : 'some';
  return {
    holds: (event) => matchers[quantifier]((matcher) => matcher.holds(event)),
    explain: (event, sink) => {
      for (const matcher of matchers) if (matcher.holds(event)) matcher.explain(event, sink);
    },
  };
}

/** What is not there can't be shown, so a negation explains nothing. */
function negate(matcher: Matcher): Matcher {
  return { holds: (event) => !matcher.holds(event), explain: () => undefined };
}
