/** A scalar of an event; `field()` spells where it is: keys joined by dots, arrays left out. */
export interface EventValue {
  readonly value: unknown;
  readonly field: () => string;
}

interface Visit {
  readonly value: unknown;
  readonly key: string | undefined;
  readonly parent: Visit | undefined;
}

/** Walks all scalars of an event in the order in which it lists them, however deep it nests. */
export function* eventValues(event: unknown): Generator<EventValue, void> {
  const pending: Visit[] = [{ value: event, key: undefined, parent: undefined }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const { value } = visit;
    if (typeof value === 'object' && value !== null) {
      for (const member of membersOf(visit).reverse()) pending.push(member);
    } else yield eventValue(visit);
  }
}

function eventValue(visit: Visit): EventValue {
  return { value: visit.value, field: () => fieldOf(visit) };
}

function membersOf(parent: Visit): Visit[] {
  const { value } = parent;
  if (Array.isArray(value)) {
    return value.map((element: unknown) => ({ value: element, key: undefined, parent }));
  }
  return Object.entries(value as object).map(([key, member]: [string, unknown]) => ({
    value: member,
    key,
    parent,
  }));
}

function fieldOf(visit: Visit): string {
  const keys: string[] = [];
  for (let at: Visit | undefined = visit; at !== undefined; at = at.parent) {
    if (at.key !== undefined) keys.push(at.key);
  }
  return keys.reverse().join('.');
}
