/** What a field of a document is: from one list of these come mapping, documents and docs/fields.md. */

/**
 * - `keyword`: exact text of at most 1,024 characters; `long-keyword`: of at most 8,192;
 * - `stored`: kept in the document, not searchable;
 * - `date`: milliseconds; `date-nanos`: finer;
 * - lists have the type of their elements, as in OpenSearch.
 */
export type FieldType =
  | 'keyword'
  | 'long-keyword'
  | 'stored'
  | 'text'
  | 'date'
  | 'date-nanos'
  | 'ip'
  | 'integer'
  | 'long';

/** Null and the empty list mean that the document has no such field. */
export type FieldValue = string | number | readonly string[] | null | undefined;

export interface Field<T> {
  /** Full name, dots included. */
  readonly name: string;
  readonly type: FieldType;
  /** One line for docs/fields.md. */
  readonly doc: string;
  readonly read: (from: T) => FieldValue;
}

/** A second name by which a field can be searched; documents never contain it. */
export interface FieldAlias {
  readonly name: string;
  readonly path: string;
}

export interface JsonDocument {
  readonly [name: string]: string | number | readonly string[] | JsonDocument;
}

interface MutableDocument {
  [name: string]: string | number | readonly string[] | MutableDocument;
}

/** @returns a function that builds the document with these fields, objects nested along the dots */
export function documentBuilder<T>(fields: readonly Field<T>[]): (from: T) => JsonDocument {
  const writers = fields.map(({ name, read }) => ({ path: name.split('.'), read }));
  return (from) => {
    const document: MutableDocument = {};
    for (const { path, read } of writers) {
      const value = read(from);
      if (value === null || value === undefined) continue;
      if (Array.isArray(value) && value.length === 0) continue;
      put(document, path, value);
    }
    return document;
  };
}

function put(
  document: MutableDocument,
  path: readonly string[],
  value: string | number | readonly string[],
): void {
  let at = document;
  for (let depth = 0; depth < path.length - 1; depth += 1) {
    at = (at[path[depth] ?? ''] ??= {}) as MutableDocument;
  }
  at[path.at(-1) ?? ''] = value;
}
