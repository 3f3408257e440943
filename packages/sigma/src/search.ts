import { type Network } from './cidr.ts';
import { type Comparison, type Numeric } from './numeric.ts';
import { type Pattern } from './pattern.ts';

/** What one value of a rule demands of a field's value. */
export type ValueTest =
  /** The field is missing, or null. */
  | { readonly kind: 'null' }
  | { readonly kind: 'exists'; readonly expected: boolean }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Equal as a number, or as the text that the rule spells. */
  | { readonly kind: 'number'; readonly value: Numeric; readonly text: string }
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly bound: Numeric }
  | { readonly kind: 'pattern'; readonly pattern: Pattern; readonly cased: boolean }
  /** Found anywhere in the value; `flags` holds some of i, m and s. */
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  | { readonly kind: 'cidr'; readonly network: Network };

/** One line of a search: a field, or for a keyword (field undefined) any value of the event. */
export interface SearchItem {
  readonly kind: 'item';
  readonly field: string | undefined;
  readonly tests: readonly ValueTest[];
  /** Whether one of the tests must hold, or all of them. */
  readonly join: 'any' | 'all';
  /** Whether the item holds exactly where its tests do not (`neq`). */
  readonly negated: boolean;
}

/** A search: a map is `all` of its items, a list is `any` of its elements. */
export type Search =
  SearchItem | { readonly kind: 'all' | 'any'; readonly searches: readonly Search[] };

/** All items of a search, in the order of the file. */
export function itemsOf(search: Search): readonly SearchItem[] {
  return search.kind === 'item' ? [search] : search.searches.flatMap(itemsOf);
}
