import { type SigmaErrorCode } from './error.ts';
import { tokenize, type Token } from './condition-tokens.ts';

/** How searches are combined (Sigma rules specification 2.1.0, "Condition"). */
export type Condition =
  | { readonly kind: 'search'; readonly name: string }
  | { readonly kind: 'selector'; readonly quantifier: '1' | 'all'; readonly pattern: string }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] };

/** A condition was refused; `offset` counts UTF-16 units from its start. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  readonly retryable = false;
  readonly code: SigmaErrorCode;
  readonly offset: number;

  constructor(code: SigmaErrorCode, offset: number, message: string) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/** Parentheses and negations nest at most this deep, so that no rule can exhaust the stack. */
const maxDepth = 64;

/** UTF-16 units. Each part of a condition may go through all searches: their product has to stay small. */
export const maxConditionLength = 4_096;

interface Cursor {
  readonly tokens: readonly Token[];
  readonly names: readonly string[];
  next: number;
  depth: number;
}

/**
 * Reads a condition. `not` binds tighter than `and`, `and` tighter than `or`.
 *
 * `names` are the rule's searches: each name must be one of them, each selector must choose some.
 * Throws a {@link ConditionError} that says what was expected where.
 */
export function parseCondition(text: string, names: readonly string[]): Condition {
  if (text.length > maxConditionLength) {
    const message = `the condition has ${text.length} characters, ${maxConditionLength} are allowed`;
    throw new ConditionError('too-large', 0, message);
  }
  const cursor: Cursor = { tokens: tokenize(text), names, next: 0, depth: 0 };
  const condition = parseOr(cursor);
  const rest = take(cursor);
  if (rest.kind !== 'end') throw unexpected(rest, "'and', 'or' or the end of the condition");
  return condition;
}

/** Writes a condition so that {@link parseCondition} reads the same tree again. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'search':
      return condition.name;
    case 'selector':
      return `${condition.quantifier} of ${condition.pattern}`;
    case 'not':
      return `not ${printOperand(condition.operand)}`;
    case 'and':
    case 'or':
      return condition.operands.map(printOperand).join(` ${condition.kind} `);
  }
}

function printOperand(operand: Condition): string {
  const text = printCondition(operand);
  return operand.kind === 'and' || operand.kind === 'or' ? `(${text})` : text;
}

/**
 * The searches that a selector chooses, in the rule's order. Names that begin with `_` are chosen
 * only by patterns that begin with `_` themselves.
 */
export function selectSearches(pattern: string, names: Iterable<string>): readonly string[] {
  const glob = pattern.toLowerCase() === 'them' ? '*' : pattern;
  return [...names].filter(
    (name) => (glob.startsWith('_') || !name.startsWith('_')) && matchesGlob(glob, name),
  );
}

/** The names of the searches that a condition looks at, each once. */
export function searchesOf(condition: Condition, names: readonly string[]): ReadonlySet<string> {
  switch (condition.kind) {
    case 'search':
      return new Set([condition.name]);
    case 'selector':
      return new Set(selectSearches(condition.pattern, names));
    case 'not':
      return searchesOf(condition.operand, names);
    case 'and':
    case 'or':
      return new Set(condition.operands.flatMap((operand) => [...searchesOf(operand, names)]));
  }
}

function matchesGlob(glob: string, name: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return name === glob;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

function parseOr(cursor: Cursor): Condition {
  return parseOperands(cursor, 'or', (inner) => parseOperands(inner, 'and', parseNot));
}

function parseOperands(
  cursor: Cursor,
  kind: 'and' | 'or',
  parseOperand: (cursor: Cursor) => Condition,
): Condition {
  const first = parseOperand(cursor);
  const operands = [first];
  while (peek(cursor).kind === kind) {
    take(cursor);
    operands.push(parseOperand(cursor));
  }
  return operands.length === 1 ? first : { kind, operands };
}

function parseNot(cursor: Cursor): Condition {
  const token = take(cursor);
  if (token.kind === 'not') {
    return { kind: 'not', operand: nested(cursor, token, parseNot) };
  }
  if (token.kind === '(') return parseGroup(cursor, token);
  if (token.kind !== 'word') {
    throw unexpected(token, "a search's name, 'not', '(', '1 of …' or 'all of …'");
  }
  return peek(cursor).kind === 'of' ? parseSelector(cursor, token) : parseName(cursor, token);
}

function parseGroup(cursor: Cursor, open: Token): Condition {
  const condition = nested(cursor, open, parseOr);
  const close = take(cursor);
  if (close.kind !== ')') throw unexpected(close, "'and', 'or' or ')'");
  return condition;
}

function nested(cursor: Cursor, token: Token, parse: (cursor: Cursor) => Condition): Condition {
  cursor.depth += 1;
  if (cursor.depth > maxDepth) {
    const message = `the condition nests deeper than ${maxDepth} levels: simplify it`;
    throw new ConditionError('too-large', token.offset, message);
  }
  const condition = parse(cursor);
  cursor.depth -= 1;
  return condition;
}

function parseSelector(cursor: Cursor, token: Token): Condition {
  const quantifier = token.text.toLowerCase();
  if (quantifier !== '1' && quantifier !== 'all') {
    throw unexpected(token, "'1 of …' or 'all of …'");
  }
  take(cursor);
  const target = take(cursor);
  if (target.kind !== 'word') throw unexpected(target, "a search's name, a pattern or 'them'");
  if (selectSearches(target.text, cursor.names).length === 0) {
    const message = `'${quantifier} of ${target.text}' chooses no search: ${offer(cursor)}`;
    throw new ConditionError('empty-selector', target.offset, message);
  }
  return { kind: 'selector', quantifier, pattern: target.text };
}

function parseName(cursor: Cursor, token: Token): Condition {
  if (cursor.names.includes(token.text)) return { kind: 'search', name: token.text };
  if (token.text.includes('|')) {
    const message = "aggregation ('|') is not part of a Sigma 2 condition: use a correlation rule";
    throw new ConditionError('unsupported', token.offset, message);
  }
  const message = `the condition names the unknown search '${token.text}': ${offer(cursor)}`;
  throw new ConditionError('unknown-search', token.offset, message);
}

function offer(cursor: Cursor): string {
  return `the rule defines ${cursor.names.map((name) => `'${name}'`).join(', ')}`;
}

function unexpected(token: Token, expected: string): ConditionError {
  const found = token.kind === 'end' ? token.text : `'${token.text}'`;
  const pipe = token.text.startsWith('|');
  const hint = pipe ? '; aggregation is not part of Sigma 2: use a correlation rule' : '';
  const code = pipe ? 'unsupported' : 'condition';
  return new ConditionError(code, token.offset, `expected ${expected}, found ${found}${hint}`);
}

function peek(cursor: Cursor): Token {
  const token = cursor.tokens[cursor.next] ?? cursor.tokens.at(-1);
  if (token === undefined) throw new ConditionError('condition', 0, 'the condition is empty');
  return token;
}

function take(cursor: Cursor): Token {
  const token = peek(cursor);
  cursor.next += 1;
  return token;
}
