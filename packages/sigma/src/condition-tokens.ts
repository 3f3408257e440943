const keywords = ['and', 'or', 'not', 'of'] as const;

type Keyword = (typeof keywords)[number];

/** One word or sign of a condition; `offset` counts UTF-16 units from the condition's start. */
export type Token =
  | { readonly kind: Keyword | '(' | ')' | 'end'; readonly text: string; readonly offset: number }
  | { readonly kind: 'word'; readonly text: string; readonly offset: number };

/** Cuts a condition into tokens, ending with one of kind `end`. Operators may be in any case. */
export function tokenize(condition: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of condition.matchAll(/[()]|[^\s()]+/g)) {
    tokens.push(tokenOf(match[0], match.index));
  }
  tokens.push({ kind: 'end', text: 'the end of the condition', offset: condition.length });
  return tokens;
}

function tokenOf(text: string, offset: number): Token {
  if (text === '(' || text === ')') return { kind: text, text, offset };
  const keyword = keywords.find((candidate) => candidate === text.toLowerCase());
  return { kind: keyword ?? 'word', text, offset };
}
