import { parseNetwork } from './cidr.ts';
import { type FieldKey } from './modifiers.ts';
import { numericOf, type Numeric } from './numeric.ts';
import { literalPattern, parsePattern, widenPattern, type Pattern } from './pattern.ts';
import { compileRegex } from './regex.ts';
import { type ValueTest } from './search.ts';
import { type Located, type ScalarContent } from './yaml.ts';

/** Reads one value of a search under the modifiers of its key; throws a SigmaError. */
export function parseValue(at: Located, key: FieldKey): ValueTest {
  const content = at.content();
  if (content.kind !== 'scalar') {
    const hint = 'fields of nested objects are written with dots';
    throw at.error('type', `expected one value, found a ${content.kind}: ${hint}`);
  }
  if (content.value === null) return parseNull(at, key);
  switch (key.operator) {
    case 'exists':
      return { kind: 'exists', expected: booleanOf(at, content) };
    case 're':
      return parseRegex(at, content, key.regexFlags);
    case 'cidr':
      return parseCidr(at, content);
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return { kind: 'compare', comparison: key.operator, bound: numberOf(at, content) };
    case 'equals':
      return key.field === undefined ? parseKeyword(content, key) : parseEquals(content, key);
    case 'contains':
    case 'startswith':
    case 'endswith': {
      const pattern = widenPattern(patternOf(content), key.operator);
      return { kind: 'pattern', pattern, cased: key.cased };
    }
  }
}

function parseNull(at: Located, key: FieldKey): ValueTest {
  if (key.field === undefined) throw at.error('value', 'expected a keyword, found null');
  if (key.operator === 'equals' && !key.cased) return { kind: 'null' };
  throw at.error('value', "null has no meaning with modifiers other than 'neq' and 'all'");
}

function parseEquals(content: ScalarContent, key: FieldKey): ValueTest {
  const { value, text } = content;
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  const numeric = typeof value === 'string' ? undefined : numericOf(value);
  if (numeric !== undefined) return { kind: 'number', value: numeric, text };
  return { kind: 'pattern', pattern: patternOf(content), cased: key.cased };
}

function parseKeyword(content: ScalarContent, key: FieldKey): ValueTest {
  const pattern = widenPattern(patternOf(content), 'contains');
  return { kind: 'pattern', pattern, cased: key.cased };
}

/** What is no string in YAML stands for the text that the file spells. */
function patternOf(content: ScalarContent): Pattern {
  return typeof content.value === 'string'
    ? parsePattern(content.value)
    : literalPattern(content.text);
}

function booleanOf(at: Located, content: ScalarContent): boolean {
  if (typeof content.value === 'boolean') return content.value;
  throw at.error('value', `expected true or false, found '${content.text}'`);
}

function numberOf(at: Located, content: ScalarContent): Numeric {
  const number = typeof content.value === 'string' ? undefined : numericOf(content.value);
  if (number !== undefined) return number;
  throw at.error('value', `expected a number without quotes, found '${content.text}'`);
}

function parseRegex(at: Located, content: ScalarContent, flags: string): ValueTest {
  const source = typeof content.value === 'string' ? content.value : content.text;
  try {
    compileRegex(source, flags);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw at.error('value', `expected a regular expression of RE2's syntax: ${reason}`);
  }
  return { kind: 'regex', source, flags };
}

function parseCidr(at: Located, content: ScalarContent): ValueTest {
  const network = parseNetwork(content.text);
  if (typeof network === 'string') {
    throw at.error('value', `expected a network such as 10.0.0.0/8 or fd00::/8: ${network}`);
  }
  return { kind: 'cidr', network };
}
