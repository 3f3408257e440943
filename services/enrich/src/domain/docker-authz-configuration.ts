import { asText } from './json.ts';

const maxEntries = 256;
/** What is wanted first, where a body has more than that. */
const first = /^(?:Image|User|HostConfig\.)/;

/**
 * The scalars of a request's body as `path=value`, elements of lists under the path of their list. Empty
 * text, null, and numbers and flags that are 0 or false say nothing and are left out.
 */
export function configurationIn(body: unknown): readonly string[] {
  const entries: string[] = [];
  collect(body, '', entries);
  if (entries.length <= maxEntries) return entries;
  const ordered = [
    ...entries.filter((entry) => first.test(entry)),
    ...entries.filter((entry) => !first.test(entry)),
  ];
  return ordered.slice(0, maxEntries);
}

/** Ingest lets no event through that is nested deeper than 64 levels. */
function collect(value: unknown, path: string, entries: string[]): void {
  if (Array.isArray(value)) {
    for (const element of value) collect(element, path, entries);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      collect(member, path === '' ? key : `${path}.${key}`, entries);
    }
  } else if (isTelling(value)) {
    const entry = asText(`${path}=${String(value)}`);
    if (entry !== undefined) entries.push(entry);
  }
}

function isTelling(value: unknown): value is string | number | boolean {
  const isScalar = typeof value === 'string' || typeof value === 'number' || value === true;
  return isScalar && value !== '' && value !== 0;
}
