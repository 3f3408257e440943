import { type Located } from './yaml.ts';

const operators = [
  'contains',
  'startswith',
  'endswith',
  'exists',
  're',
  'cidr',
  'lt',
  'lte',
  'gt',
  'gte',
] as const;
const switches = ['all', 'cased', 'neq'] as const;
const regexFlags = ['i', 'm', 's'] as const;

/** Modifiers of Sigma 2.1.0 that change values in a way that this version does not know. */
const unsupported: readonly string[] = [
  ...['windash', 'base64', 'base64offset', 'utf16', 'utf16le', 'utf16be', 'wide'],
  ...['expand', 'fieldref', 'minute', 'hour', 'day', 'week', 'month', 'year'],
];

export type Operator = 'equals' | (typeof operators)[number];

/** A key of a search taken apart: `field|modifier|modifier`. */
export interface FieldKey {
  /** Undefined for a keyword: `'|all'`, or a list without a key. */
  readonly field: string | undefined;
  readonly operator: Operator;
  readonly all: boolean;
  readonly cased: boolean;
  readonly negated: boolean;
  readonly regexFlags: string;
}

/** A list without a key: each value anywhere in the event. */
export const keywordKey: FieldKey = parts('', []);

/**
 * Takes a key apart (Sigma appendix "Modifiers" 2.1.0). Throws a SigmaError for modifiers that are
 * unknown, not supported, repeated, or of no sense together.
 */
export function parseFieldKey(key: string, at: Located): FieldKey {
  const [field = '', ...modifiers] = key.split('|');
  const problem = modifiers.map(problemOf).find((text) => text !== undefined);
  if (problem !== undefined) {
    throw at.error(problem.startsWith('unknown') ? 'unknown-modifier' : 'unsupported', problem);
  }
  const conflict = conflictOf(field, modifiers);
  if (conflict !== undefined) throw at.error('modifier-conflict', conflict);
  return parts(field, modifiers);
}

function parts(field: string, modifiers: readonly string[]): FieldKey {
  return {
    field: field === '' ? undefined : field,
    operator: operators.find((name) => modifiers.includes(name)) ?? 'equals',
    all: modifiers.includes('all'),
    cased: modifiers.includes('cased'),
    negated: modifiers.includes('neq'),
    regexFlags: regexFlags.filter((flag) => modifiers.includes(flag)).join(''),
  };
}

function problemOf(modifier: string): string | undefined {
  const known: readonly string[] = [...operators, ...switches, ...regexFlags];
  if (known.includes(modifier)) return undefined;
  if (unsupported.includes(modifier)) {
    return `modifier '${modifier}' is not supported by this version`;
  }
  return `unknown modifier '${modifier}': expected one of ${known.join(', ')}`;
}

function conflictOf(field: string, modifiers: readonly string[]): string | undefined {
  const repeated = modifiers.find((name, index) => modifiers.indexOf(name) !== index);
  if (repeated !== undefined) return `modifier '${repeated}' is given twice`;
  const [operator = '', other] = modifiers.filter((name) => isOneOf(operators, name));
  if (other !== undefined) return `modifiers '${operator}' and '${other}' can't be combined`;
  const flag = modifiers.findIndex((name) => isOneOf(regexFlags, name));
  if (flag >= 0 && !modifiers.slice(0, flag).includes('re')) {
    return `modifier '${modifiers[flag] ?? ''}' is a flag of a regular expression: write it after 're'`;
  }
  if (
    modifiers.includes('cased') &&
    !['', 'contains', 'startswith', 'endswith'].includes(operator)
  ) {
    return `modifier 'cased' has no meaning with '${operator}'`;
  }
  if (operator === 'exists') return existsConflict(field, modifiers);
  return undefined;
}

function existsConflict(field: string, modifiers: readonly string[]): string | undefined {
  if (field === '') return "modifier 'exists' needs a field before it";
  return modifiers.length > 1
    ? "modifier 'exists' stands alone: write 'exists: false' for its opposite"
    : undefined;
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
