import { networkContains, parseAddress } from './cidr.ts';
import { compileComparison, numericOf } from './numeric.ts';
import { literalPattern, matchesAnything } from './pattern.ts';
import { compileRegex } from './regex.ts';
import { type ValueTest } from './search.ts';
import { compilePattern, textOf } from './text.ts';

/** Judges one value of an event: a scalar, null, an object or an empty array. */
export type ValuePredicate = (value: unknown) => boolean;

/** Judges all that an event holds under a field. */
export interface FieldTest {
  readonly holds: (values: readonly unknown[]) => boolean;
  /** The values that made it hold are those that this picks. */
  readonly picks: ValuePredicate;
}

/** Builds the test of a field; an array passes where one of its elements does. */
export function compileFieldTest(test: ValueTest): FieldTest {
  if (test.kind === 'null') {
    return { holds: (values) => !values.some(isPresent), picks: () => false };
  }
  if (test.kind === 'exists') {
    return {
      holds: (values) => values.some(isPresent) === test.expected,
      picks: (value) => test.expected && isPresent(value),
    };
  }
  const picks = compileValueTest(test);
  return { holds: (values) => values.some(picks), picks };
}

/** Builds the test of a single value. Nothing but `null` and `exists` is asked of missing ones. */
export function compileValueTest(test: ValueTest): ValuePredicate {
  switch (test.kind) {
    case 'null':
      return (value) => !isPresent(value);
    case 'exists':
      return (value) => isPresent(value) === test.expected;
    case 'boolean':
      return onText(compilePattern(literalPattern(String(test.value)), false));
    case 'number':
      return compileNumber(test);
    case 'compare':
      return onNumber(compileComparison(test.comparison, test.bound));
    case 'pattern':
      return matchesAnything(test.pattern)
        ? isPresent
        : onText(compilePattern(test.pattern, test.cased));
    case 'regex':
      return onText(compileRegex(test.source, test.flags));
    case 'cidr':
      return onText((text) => {
        const address = parseAddress(text);
        return address !== undefined && networkContains(test.network, address);
      });
  }
}

function compileNumber(test: Extract<ValueTest, { kind: 'number' }>): ValuePredicate {
  const isEqual = onNumber(compileComparison('eq', test.value));
  const isSpelled = onText(compilePattern(literalPattern(test.text), false));
  return (value) => isEqual(value) || isSpelled(value);
}

function onText(holds: (text: string) => boolean): ValuePredicate {
  return (value) => {
    const text = textOf(value);
    return text !== undefined && holds(text);
  };
}

function onNumber(holds: (number: number | bigint) => boolean): ValuePredicate {
  return (value) => {
    const number = numericOf(value);
    return number !== undefined && holds(number);
  };
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}
