/** Finds the Secrets and ConfigMaps in an item, which may say what they are behind what they hold. */
import { byteOf, type Cursor, openCursor, peek } from '../json-cursor.ts';
import { skipScalar } from '../json-scalars.ts';
import { membersOf, readArray, readObject, type Span, textOf } from '../json-scan.ts';
import { type ScannedItem } from '../json-scan.ts';

const holderKinds = new Set(['Secret', 'SecretList', 'ConfigMap', 'ConfigMapList']);
const holderResources = new Set(['secrets', 'configmaps']);

/** Offsets of the objects whose `kind`, any of them, says that they hold values. */
export function holdersIn(bytes: Buffer, chars: string): ReadonlySet<number> {
  const found = new Set<number>();
  // A kind that is spelled otherwise is spelled with an escape of one of its letters.
  const mayBe = /Secret|ConfigMap|\\u00[4-7]/.test(chars);
  if (mayBe) collect(openCursor(bytes, Infinity), bytes, found);
  return found;
}

function collect(cursor: Cursor, bytes: Buffer, found: Set<number>): void {
  const first = peek(cursor);
  const start = cursor.at;
  if (first === byteOf.openBrace) {
    readObject(cursor, (key) => {
      const value = cursor.at;
      collect(cursor, bytes, found);
      if (isKind(bytes, key) && holdsText(bytes, { start: value, end: cursor.at }))
        found.add(start);
    });
  } else if (first === byteOf.openBracket) {
    readArray(cursor, () => {
      collect(cursor, bytes, found);
    });
  } else cursor.at = skipScalar(bytes, cursor.at);
}

const KIND = Buffer.from('"kind"');

function isKind(bytes: Buffer, key: Span): boolean {
  if (key.end - key.start === KIND.length) {
    return bytes.compare(KIND, 0, KIND.length, key.start, key.end) === 0;
  }
  return key.end - key.start > KIND.length && textOf(bytes, key) === 'kind';
}

/** Longer texts name no kind, however they are spelled. */
const MAX_SPELLED = 128;

function holdsText(bytes: Buffer, value: Span): boolean {
  if (bytes[value.start] !== byteOf.quote || value.end - value.start > MAX_SPELLED) return false;
  return holderKinds.has(textOf(bytes, value));
}

/** What the event says that its bodies are: of several such members, all. */
export interface BodyFacts {
  readonly isHolder: boolean;
  /** `group/resource`, or the resource alone. */
  readonly resources: readonly string[];
}

/** Reads `objectRef` of a Kubernetes event. */
export function bodyFacts({ bytes, members }: ScannedItem): BodyFacts {
  const references = members
    .filter(({ key }) => key === 'objectRef')
    .map(({ valueStart, end }) => textsOf(bytes.subarray(valueStart, end)));
  const resources = references.flatMap((texts) => {
    const groups = texts.get('apiGroup') ?? [''];
    const names = texts.get('resource') ?? [];
    return names.flatMap((name) =>
      groups.map((group) => (group === '' ? name : `${group}/${name}`)),
    );
  });
  const isHolder = references.some((texts) =>
    texts.get('resource')?.some((name) => holderResources.has(name)),
  );
  return { isHolder, resources };
}

/** The text members of an object: key → each of its values. */
function textsOf(bytes: Buffer): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, readonly string[]>();
  for (const { key, valueStart, end } of membersOf(bytes, Infinity) ?? []) {
    if (bytes[valueStart] !== byteOf.quote) continue;
    const text = textOf(bytes, { start: valueStart, end });
    texts.set(key, [...(texts.get(key) ?? []), text]);
  }
  return texts;
}
