import { ConditionError, maxConditionLength, parseCondition, type Condition } from './condition.ts';
import { defaultLevel, isLevel, levels, type Level } from './level.ts';
import { type Logsource } from './logsource.ts';
import { parseSearch } from './parse-search.ts';
import { statuses, type Detection, type SigmaRule, type Status } from './rule.ts';
import { type Search } from './search.ts';
import { readDocument, type Located, type MapEntry } from './yaml.ts';

/** The longest title, as the specification has it. */
const maxTitleLength = 256;

/**
 * Reads one Sigma rule (specification 2.1.0) from YAML.
 *
 * Throws a SigmaError with code, line, column and path at the first thing that is wrong, or that
 * this version can't judge: a rule is taken whole or not at all. Attributes that the specification
 * does not name are left to their owners.
 */
export function parseRule(text: string): SigmaRule {
  const root = readDocument(text);
  const fields = mapOf(root, 'a rule: title, logsource, detection');
  refuseOtherKinds(fields);
  return {
    id: textField(fields, 'id'),
    title: parseTitle(required(root, fields, 'title')),
    status: parseStatus(fields.get('status')),
    description: textField(fields, 'description'),
    license: textField(fields, 'license'),
    references: listField(fields, 'references'),
    author: textField(fields, 'author'),
    date: textField(fields, 'date'),
    modified: textField(fields, 'modified'),
    tags: listField(fields, 'tags'),
    logsource: parseLogsource(required(root, fields, 'logsource')),
    level: parseLevel(fields.get('level')),
    falsepositives: listField(fields, 'falsepositives'),
    detection: parseDetection(required(root, fields, 'detection')),
  };
}

type Fields = ReadonlyMap<string, MapEntry>;

function mapOf(at: Located, expected: string): Fields {
  const content = at.content();
  if (content.kind !== 'map') {
    throw at.error('type', `expected ${expected}, found a ${content.kind}`);
  }
  return new Map(content.entries.map((entry) => [entry.name, entry]));
}

function required(at: Located, fields: Fields, name: string): Located {
  const entry = fields.get(name);
  if (entry === undefined) throw at.error('missing', `expected '${name}', which is missing`);
  return entry.value;
}

function refuseOtherKinds(fields: Fields): void {
  for (const kind of ['correlation', 'filter']) {
    const entry = fields.get(kind);
    if (entry !== undefined) {
      throw entry.key.error('unsupported', `a ${kind} is not supported by this version`);
    }
  }
}

function textOf(at: Located): string {
  const content = at.content();
  if (content.kind === 'scalar' && content.value !== null) {
    return typeof content.value === 'string' ? content.value : content.text;
  }
  const found = content.kind === 'scalar' ? 'nothing' : `a ${content.kind}`;
  throw at.error('type', `expected a text, found ${found}`);
}

function textField(fields: Fields, name: string): string | undefined {
  const entry = fields.get(name);
  return entry && textOf(entry.value);
}

/** Texts; a single one may stand without a list, and an attribute without a value is empty. */
function listField(fields: Fields, name: string): readonly string[] {
  const content = fields.get(name)?.value.content();
  if (content?.kind === 'list') return content.items.map(textOf);
  const isEmpty = content?.kind === 'scalar' && content.value === null;
  return isEmpty ? [] : [textField(fields, name)].filter((text) => text !== undefined);
}

function parseTitle(at: Located): string {
  const title = textOf(at);
  if (title.trim() === '') throw at.error('value', 'expected a title, found an empty text');
  if (title.length <= maxTitleLength) return title;
  throw at.error(
    'value',
    `the title has ${title.length} characters, ${maxTitleLength} are allowed`,
  );
}

function parseStatus(entry: MapEntry | undefined): Status | undefined {
  if (entry === undefined) return undefined;
  const text = textOf(entry.value);
  const status = statuses.find((candidate) => candidate === text);
  if (status !== undefined) return status;
  const expected = statuses.join(', ');
  throw entry.value.error('value', `unknown status '${text}': expected one of ${expected}`);
}

function parseLevel(entry: MapEntry | undefined): Level {
  if (entry === undefined) return defaultLevel;
  const text = textOf(entry.value);
  if (isLevel(text)) return text;
  const expected = levels.join(', ');
  throw entry.value.error('value', `unknown level '${text}': expected one of ${expected}`);
}

function parseLogsource(at: Located): Logsource {
  const fields = mapOf(at, 'a map with product, service or category');
  const named = (['product', 'service', 'category'] as const).flatMap((name) => {
    const text = textField(fields, name);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(named);
}

function parseDetection(at: Located): Detection {
  const fields = mapOf(at, 'a map of searches and a condition');
  const condition = required(at, fields, 'condition');
  const timeframe = fields.get('timeframe');
  if (timeframe !== undefined) {
    const message = "'timeframe' is not part of Sigma 2: use a correlation rule";
    throw timeframe.key.error('unsupported', message);
  }
  const searches = new Map<string, Search>();
  for (const [name, entry] of fields) {
    if (name !== 'condition') searches.set(name, parseSearch(entry.value));
  }
  if (searches.size === 0) throw at.error('missing', 'expected at least one search, found none');
  return { searches, condition: parseConditions(condition, [...searches.keys()]) };
}

/** A list of conditions holds where one of them does. */
function parseConditions(at: Located, names: readonly string[]): Condition {
  const content = at.content();
  if (content.kind !== 'list') return parseOneCondition(at, names);
  const length = content.items.reduce((sum, item) => sum + textOf(item).length, 0);
  if (length > maxConditionLength) {
    const message = `the conditions have ${length} characters, ${maxConditionLength} are allowed`;
    throw at.error('too-large', message);
  }
  const [first, ...rest] = content.items.map((item) => parseOneCondition(item, names));
  if (first === undefined) throw at.error('missing', 'expected a condition, found an empty list');
  return rest.length === 0 ? first : { kind: 'or', operands: [first, ...rest] };
}

function parseOneCondition(at: Located, names: readonly string[]): Condition {
  try {
    return parseCondition(textOf(at), names);
  } catch (error) {
    if (error instanceof ConditionError) throw at.error(error.code, error.message, error.offset);
    throw error;
  }
}
