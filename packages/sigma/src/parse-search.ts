import { maxFieldParts } from './field.ts';
import { keywordKey, parseFieldKey, type FieldKey } from './modifiers.ts';
import { parseValue } from './parse-value.ts';
import { type Search, type SearchItem } from './search.ts';
import { type Located, type MapEntry } from './yaml.ts';

/**
 * Reads a search (Sigma rules specification 2.1.0, "Detection"): a map of fields, a list of maps, or
 * keywords. Throws a SigmaError that says what was expected.
 */
export function parseSearch(at: Located): Search {
  const content = at.content();
  switch (content.kind) {
    case 'map':
      return parseMap(at, content.entries);
    case 'list':
      return parseList(at, content.items);
    case 'scalar':
      return parseKeywords([at]);
  }
}

function parseMap(at: Located, entries: readonly MapEntry[]): Search {
  const [first, ...rest] = entries.map(parseItem);
  if (first === undefined) throw at.error('value', 'expected at least one field, found none');
  return rest.length === 0 ? first : { kind: 'all', searches: [first, ...rest] };
}

function parseList(at: Located, elements: readonly Located[]): Search {
  if (elements.length === 0) {
    throw at.error('value', 'expected at least one keyword or map, found an empty list');
  }
  if (elements.every((element) => element.content().kind === 'scalar')) {
    return parseKeywords(elements);
  }
  return { kind: 'any', searches: elements.map(parseElement) };
}

function parseElement(at: Located): Search {
  const content = at.content();
  if (content.kind === 'list') throw at.error('type', 'expected a keyword or a map, found a list');
  return parseSearch(at);
}

function parseKeywords(values: readonly Located[]): SearchItem {
  return itemOf(keywordKey, values);
}

function parseItem(entry: MapEntry): SearchItem {
  const key = parseFieldKey(entry.name, entry.key);
  if ((key.field?.split('.').length ?? 0) > maxFieldParts) {
    throw entry.key.error('too-large', `a field's name may have ${maxFieldParts} parts at most`);
  }
  const content = entry.value.content();
  const isList = content.kind === 'list';
  if (isList && key.operator === 'exists') {
    throw entry.value.error('value', 'expected true or false, found a list');
  }
  const values = isList ? content.items : [entry.value];
  if (key.all && values.length < 2) {
    throw entry.value.error('value', "modifier 'all' needs a list of two values or more");
  }
  if (key.field === undefined && values.length === 0) {
    throw entry.value.error('value', 'expected at least one keyword, found an empty list');
  }
  return itemOf(key, values);
}

/** An empty list of values asks for null. */
function itemOf(key: FieldKey, values: readonly Located[]): SearchItem {
  const tests = values.map((value) => parseValue(value, key));
  return {
    kind: 'item',
    field: key.field,
    tests: tests.length === 0 ? [{ kind: 'null' }] : tests,
    join: key.all ? 'all' : 'any',
    negated: key.negated,
  };
}
