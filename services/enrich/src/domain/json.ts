/** Reading parsed JSON that may have any type anywhere: a value of another type counts as absent. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Characters of any text that an event carries beside its body. */
const maxTextCharacters = 8_192;

/** @returns the object that the bytes hold as UTF-8 JSON, or undefined where they hold none */
export function parseObject(bytes: Buffer): JsonObject | undefined {
  try {
    return asObject(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** @returns the text, cut to what an event carries; undefined for anything else and for empty text */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? bounded(value) : undefined;
}

/** @returns the texts of a list; what is no text is left out */
export function asTexts(value: unknown): readonly string[] {
  return asList(value).flatMap((item) => asText(item) ?? []);
}

/** @returns the number, where an Avro int (32 bits, signed) can hold it */
export function asInt(value: unknown): number | undefined {
  return typeof value === 'number' && (value | 0) === value ? value : undefined;
}

/**
 * The entries of an object whose values are text.
 *
 * @param first which keys go first when there are too many
 */
export function asTextMap(
  value: unknown,
  limit: number,
  first: (key: string) => boolean,
): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value) ?? {}).flatMap(([key, entry]) =>
    typeof entry === 'string' ? [[bounded(key), bounded(entry)] as const] : [],
  );
  if (entries.length <= limit) return Object.fromEntries(entries);
  const ordered = [
    ...entries.filter(([key]) => first(key)),
    ...entries.filter(([key]) => !first(key)),
  ];
  return Object.fromEntries(ordered.slice(0, limit));
}

function bounded(text: string): string {
  if (text.length <= maxTextCharacters) return text;
  // A surrogate pair is not cut in two: half of one is not encodable as UTF-8.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxTextCharacters - 2))
    ? maxTextCharacters - 2
    : maxTextCharacters - 1;
  return `${text.slice(0, end)}…`;
}
