import { type Json } from '../adapters/opensearch.ts';

/** The value at a dotted path of a document, whether it is stored nested or under a key with dots. */
export function valueAt(document: Json, path: string): unknown {
  if (Object.hasOwn(document, path)) return document[path];
  const dot = path.indexOf('.');
  for (let at = dot; at !== -1; at = path.indexOf('.', at + 1)) {
    const inner = document[path.slice(0, at)];
    if (isJson(inner)) {
      const value = valueAt(inner, path.slice(at + 1));
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

/** The same as text for people; a dash where the document has no such field. */
export function textAt(document: Json, path: string): string {
  const value = valueAt(document, path);
  if (value === undefined || value === null || value === '') return '-';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return `${value as string | number | boolean}`;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
