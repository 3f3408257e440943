import { type EvidenceSink } from './evidence.ts';
import { eventValues, type EventValue } from './event-values.ts';
import { compileField } from './field.ts';
import { compileFieldTest, compileValueTest, type ValuePredicate } from './match.ts';
import { type SearchItem } from './search.ts';
import { textOf } from './text.ts';

/** A part of a rule as closures: whether it holds, and, where it does, why. */
export interface Matcher {
  readonly holds: (event: unknown) => boolean;
  /** Called only on events on which the part holds. */
  readonly explain: (event: unknown, sink: EvidenceSink) => void;
}

/** Builds the matcher of one line of a search. */
export function compileItem(item: SearchItem): Matcher {
  return item.field === undefined ? compileKeywords(item) : compileFieldItem(item, item.field);
}

function compileFieldItem(item: SearchItem, field: string): Matcher {
  const read = compileField(field);
  const tests = item.tests.map(compileFieldTest);
  const quantifier = item.join === 'all' ? 'every' : 'some';
  return {
    holds: (event) => {
      const values = read(event);
      return tests[quantifier]((test) => test.holds(values)) !== item.negated;
    },
    explain: (event, sink) => {
      for (const value of read(event)) {
        const text = describe(value);
        const picked = item.negated || tests.some((test) => test.picks(value));
        if (picked && text !== undefined) sink.add(field, text);
      }
    },
  };
}

/** Each keyword may be found in another value of the event; keys are not searched. */
function compileKeywords(item: SearchItem): Matcher {
  const tests = item.tests.map(compileValueTest);
  const quantifier = item.join === 'all' ? 'every' : 'some';
  return {
    holds: (event) => tests[quantifier]((test) => hasValue(event, test)) !== item.negated,
    explain: (event, sink) => {
      if (item.negated) return;
      for (const found of eventValues(event)) {
        if (tests.some((test) => test(found.value))) addKeyword(found, sink);
      }
    },
  };
}

function hasValue(event: unknown, test: ValuePredicate): boolean {
  for (const { value } of eventValues(event)) if (test(value)) return true;
  return false;
}

function addKeyword(found: EventValue, sink: EvidenceSink): void {
  const text = textOf(found.value);
  if (text !== undefined) sink.add(found.field(), text);
}

/** An object matches `*` only; its content is in the event and would not be bounded here. */
function describe(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return textOf(value) ?? (Array.isArray(value) ? '[]' : '{…}');
}
