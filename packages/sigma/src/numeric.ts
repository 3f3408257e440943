/** A number that compares exactly: integers beyond 2^53 are bigints. JavaScript mixes both in `<`. */
export type Numeric = number | bigint;

const integer = /^-?(?:0|[1-9]\d*)$/;
const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Integers of more digits are not compared as numbers, so that no value can make a rule slow. */
const maxDigits = 400;

/**
 * Reads an event's value as a number: numbers, bigints, and strings that are a JSON number
 * (RFC 8259 §6); undefined for everything else.
 */
export function numericOf(value: unknown): Numeric | undefined {
  if (typeof value === 'string') return parseNumeric(value);
  if (typeof value === 'bigint') return normalise(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function parseNumeric(text: string): Numeric | undefined {
  if (text.length > maxDigits || !decimal.test(text)) return undefined;
  if (integer.test(text)) return normalise(BigInt(text));
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function normalise(value: bigint): Numeric {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export type Comparison = 'eq' | 'lt' | 'lte' | 'gt' | 'gte';

/** Builds the comparison of a value with a bound: `value < bound` for `lt`, and so on. */
export function compileComparison(
  comparison: Comparison,
  bound: Numeric,
): (value: Numeric) => boolean {
  switch (comparison) {
    case 'eq':
      return (value) => value >= bound && value <= bound;
    case 'lt':
      return (value) => value < bound;
    case 'lte':
      return (value) => value <= bound;
    case 'gt':
      return (value) => value > bound;
    case 'gte':
      return (value) => value >= bound;
  }
}
