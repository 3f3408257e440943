import {
  type Actor,
  type MatchedField,
  type ObjectReference,
} from '@auditstream/events/generated/types';

/**
 * The longest that each part of a detection may be: bytes of UTF-8 for texts, entries for lists. All of
 * them at once, with the summary, stay below the 64 KiB that a detection may have.
 */
export const limits = {
  name: 512,
  text: 256,
  entry: 128,
  title: 1024,
  note: 512,
  value: 768,
  groups: 64,
  tags: 32,
  notes: 8,
  matched: 20,
} as const;

/** Cuts a text to so many bytes of UTF-8, between characters; what was cut ends in `…`. */
export function clip(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text);
  let end = maxBytes - Buffer.byteLength('…');
  while (((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return `${bytes.toString('utf8', 0, end)}…`;
}

/** Cuts a list and each text in it. */
export function clipAll(
  texts: readonly string[],
  { count, bytes }: { readonly count: number; readonly bytes: number },
): readonly string[] {
  return texts.slice(0, count).map((text) => clip(text, bytes));
}

export function clipActor(actor: Actor): Actor {
  return {
    name: clip(actor.name, limits.name),
    id: clipOptional(actor.id),
    groups: clipAll(actor.groups, { count: limits.groups, bytes: limits.entry }),
  };
}

export function clipObject(object: ObjectReference): ObjectReference {
  return {
    type: clip(object.type, limits.text),
    group: clipOptional(object.group),
    version: clipOptional(object.version),
    subresource: clipOptional(object.subresource),
    namespace: clipOptional(object.namespace),
    name: clipOptional(object.name, limits.name),
    id: clipOptional(object.id),
  };
}

export function clipMatched(fields: readonly MatchedField[]): readonly MatchedField[] {
  return fields.slice(0, limits.matched).map(({ field, value }) => ({
    field: clip(field, limits.text),
    value: clip(value, limits.value),
  }));
}

export function clipOptional(text: string | null, maxBytes: number = limits.text): string | null {
  return text === null ? null : clip(text, maxBytes);
}
