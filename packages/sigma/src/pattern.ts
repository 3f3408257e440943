/** A piece of a pattern: text, any number of characters (`*`) or exactly one (`?`). */
export type PatternPart = { readonly text: string } | '*' | '?';

/** A string of a rule, its wildcards told apart from its text. No two `*` or texts are adjacent. */
export type Pattern = readonly PatternPart[];

/**
 * Reads wildcards and escapes (Sigma rules specification 2.1.0, "Escape Character"): a backslash
 * takes the special meaning from `*`, `?` and `\`; before anything else it is plain text.
 */
export function parsePattern(value: string): Pattern {
  const parts: PatternPart[] = [];
  for (const [token] of value.matchAll(/\\[*?\\]|[*?]|[^*?\\]+|\\/g)) {
    if (token === '*' || token === '?') parts.push(token);
    else parts.push({ text: /^\\[*?\\]$/.test(token) ? token.slice(1) : token });
  }
  return joinParts(parts);
}

/** A pattern that stands for a text as it is. */
export function literalPattern(text: string): Pattern {
  return joinParts([{ text }]);
}

/** Lets a pattern match anywhere (`contains`), at the start or at the end of a value. */
export function widenPattern(
  pattern: Pattern,
  where: 'contains' | 'startswith' | 'endswith',
): Pattern {
  const before: Pattern = where === 'startswith' ? [] : ['*'];
  const after: Pattern = where === 'endswith' ? [] : ['*'];
  return joinParts([...before, ...pattern, ...after]);
}

/** Tells whether a pattern is nothing but `*`, the idiom for "the field has a value". */
export function matchesAnything(pattern: Pattern): boolean {
  return pattern.length === 1 && pattern[0] === '*';
}

function joinParts(parts: Pattern): Pattern {
  const joined: PatternPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string') {
      if (part !== '*' || last !== '*') joined.push(part);
    } else if (typeof last === 'object')
      joined[joined.length - 1] = { text: last.text + part.text };
    else if (part.text !== '') joined.push(part);
  }
  return joined;
}
