/** The most parts that a field's name may have; it bounds the work of a look-up. */
export const maxFieldParts = 64;

/**
 * Everything that an event holds under a field: scalars, null, objects, and empty arrays; of other
 * arrays the elements. Empty where the event has no such field.
 */
export type FieldReader = (event: unknown) => readonly unknown[];

/**
 * Builds the reader of a dotted field name.
 *
 * A dot goes down one object, or is part of a key: every split is followed, the longest key first,
 * and arrays on the way are entered. Only an object's own properties count. A value of the event is
 * visited once at most, so the work is bounded by the event's size.
 */
export function compileField(field: string): FieldReader {
  const parts = field.split('.');
  const keysFrom = parts.map((_, from) =>
    parts.slice(from).map((_key, index) => parts.slice(from, from + index + 1).join('.')),
  );
  return (event) => {
    const found: unknown[] = [];
    const pending: Visit[] = [{ value: event, from: 0 }];
    for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
      const keys = keysFrom[visit.from];
      if (isFilledArray(visit.value)) pushElements(pending, visit.value, visit.from);
      else if (keys === undefined) found.push(visit.value);
      else pushMembers(pending, visit, keys);
    }
    return found;
  };
}

/** A value to look at, and how many parts of the name have led to it. */
interface Visit {
  readonly value: unknown;
  readonly from: number;
}

function isFilledArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

/** Last first, since the last that is pushed is the next that is visited. */
function pushElements(pending: Visit[], elements: readonly unknown[], from: number): void {
  for (let index = elements.length - 1; index >= 0; index -= 1) {
    pending.push({ value: elements[index], from });
  }
}

function pushMembers(pending: Visit[], visit: Visit, keys: readonly string[]): void {
  if (typeof visit.value !== 'object' || visit.value === null || Array.isArray(visit.value)) return;
  const members = visit.value as Readonly<Record<string, unknown>>;
  keys.forEach((key, index) => {
    if (Object.hasOwn(members, key)) {
      pending.push({ value: members[key], from: visit.from + index + 1 });
    }
  });
}
