/**
 * A second reading of the rule language, written for plainness: it walks the rule as YAML gives it,
 * value by value, and shares no code with the engine. Tests hold the engine to it.
 */

export type RawValue = string | number | boolean | null;

/** A field's key with modifiers, and its values. */
export type RawMap = Readonly<Record<string, RawValue | readonly RawValue[]>>;

export type RawSearch = RawMap | readonly (RawMap | RawValue)[];

/** A condition as a tree; `of` chooses searches by the names' beginning, `them` by `''`. */
export type RawCondition =
  | { readonly is: 'search'; readonly name: string }
  | { readonly is: '1 of' | 'all of'; readonly prefix: string }
  | { readonly is: 'not'; readonly operand: RawCondition }
  | { readonly is: 'and' | 'or'; readonly operands: readonly RawCondition[] };

export interface RawRule {
  readonly searches: Readonly<Record<string, RawSearch>>;
  readonly condition: RawCondition;
}

/** Whether a rule matches an event. */
export function referenceMatches(rule: RawRule, event: unknown): boolean {
  const holds = (condition: RawCondition): boolean => {
    switch (condition.is) {
      case 'search':
        return searchHolds(rule.searches[condition.name] ?? [], event);
      case '1 of':
        return chosen(rule, condition.prefix).some((search) => searchHolds(search, event));
      case 'all of':
        return chosen(rule, condition.prefix).every((search) => searchHolds(search, event));
      case 'not':
        return !holds(condition.operand);
      case 'and':
        return condition.operands.every(holds);
      case 'or':
        return condition.operands.some(holds);
    }
  };
  return holds(rule.condition);
}

function chosen(rule: RawRule, prefix: string): readonly RawSearch[] {
  return Object.entries(rule.searches)
    .filter(([name]) => name.startsWith(prefix) && !(name.startsWith('_') && prefix === ''))
    .map(([, search]) => search);
}

function searchHolds(search: RawSearch, event: unknown): boolean {
  if (isList(search)) {
    return search.some((element) =>
      isMap(element)
        ? mapHolds(element, event)
        : leaves(event).some((leaf) => valueHolds(leaf, element, ['contains'])),
    );
  }
  return mapHolds(search, event);
}

function mapHolds(map: RawMap, event: unknown): boolean {
  return Object.entries(map).every(([key, value]) => {
    const [field = '', ...modifiers] = key.split('|');
    const values = isList(value) ? value : [value];
    const found = fieldValues(event, field).flatMap(flattened);
    const one = (expected: RawValue): boolean => fieldHolds(found, expected, modifiers);
    const wanted = values.length === 0 ? [null] : values;
    const holds = modifiers.includes('all') ? wanted.every(one) : wanted.some(one);
    return holds !== modifiers.includes('neq');
  });
}

function fieldHolds(
  found: readonly unknown[],
  expected: RawValue,
  modifiers: readonly string[],
): boolean {
  const present = found.some((value) => value !== null);
  if (modifiers.includes('exists')) return present === expected;
  if (expected === null) return !present;
  return found.some((value) => valueHolds(value, expected, modifiers));
}

function valueHolds(value: unknown, expected: RawValue, modifiers: readonly string[]): boolean {
  if (value === null) return false;
  const bounds = ['lt', 'lte', 'gt', 'gte'].find((name) => modifiers.includes(name));
  if (bounds !== undefined) return boundHolds(value, expected, bounds);
  if (modifiers.includes('re')) return isScalar(value) && found(value, expected, modifiers);
  const around = modifiers.find((name) => ['contains', 'startswith', 'endswith'].includes(name));
  const pattern = widened(String(expected), around);
  if (/^\*+$/.test(pattern)) return true;
  if (!isScalar(value)) return false;
  if (around === undefined && typeof expected === 'number' && numberOf(value) === expected)
    return true;
  return globRegex(pattern, modifiers.includes('cased')).test(String(value));
}

function found(value: RawValue, expected: RawValue, modifiers: readonly string[]): boolean {
  const flags = modifiers.filter((name) => ['i', 'm', 's'].includes(name)).join('');
  return new RegExp(String(expected), flags).test(String(value));
}

function boundHolds(value: unknown, expected: RawValue, comparison: string): boolean {
  const number = numberOf(value);
  const bound = Number(expected);
  if (number === undefined) return false;
  if (comparison.startsWith('l'))
    return number < bound || (comparison === 'lte' && number === bound);
  return number > bound || (comparison === 'gte' && number === bound);
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const isNumber = typeof value === 'string' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value);
  return isNumber ? Number(value) : undefined;
}

function widened(pattern: string, around: string | undefined): string {
  if (around === 'contains') return `*${pattern}*`;
  if (around === 'startswith') return `${pattern}*`;
  return around === 'endswith' ? `*${pattern}` : pattern;
}

function globRegex(pattern: string, cased: boolean): RegExp {
  const source = pattern.replaceAll(/\\[*?\\]|[\s\S]/gu, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    const plain = /^\\[*?\\]$/.test(token) ? token.slice(1) : token;
    return plain.replace(/[\\^$.|?*+()[\]{}/]/, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`, cased ? 'su' : 'siu');
}

/** Every way of splitting the name into keys is tried; a list stands for each of its elements. */
function fieldValues(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((element) => fieldValues(element, field));
  if (!isMap(value)) return [];
  return Object.keys(value).flatMap((key) => {
    if (key === field) return [value[key]];
    return field.startsWith(`${key}.`) ? fieldValues(value[key], field.slice(key.length + 1)) : [];
  });
}

/** The elements of a list; an empty one stays, for it is not nothing. */
function flattened(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length > 0 ? value.flatMap(flattened) : [value];
}

function leaves(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isMap(value) ? Object.values(value).flatMap(leaves) : [value];
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> & RawMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList<T>(value: T | readonly T[] | RawMap | RawValue): value is readonly T[] {
  return Array.isArray(value);
}
