/** Reads typed values out of YAML nodes, and says where one is something else. */
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';

export type Report = (node: Node | null | undefined, message: string) => void;

/** A map and where its problems go. */
export interface Reading {
  readonly map: YAMLMap;
  readonly report: Report;
}

export function textIn(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

export function nodeAt({ map }: Reading, key: string): Node | undefined {
  const node: Node | undefined = map.get(key, true);
  // A key without a value is, to the API server, as one that is not there.
  return isScalar(node) && (node.value === null || node.source === '') && node.type === 'PLAIN'
    ? undefined
    : node;
}

/** A list of texts; empty where there is none. */
export function textsAt(reading: Reading, key: string): readonly string[] {
  const node = nodeAt(reading, key);
  if (node === undefined) return [];
  const texts = isSeq(node) ? node.items.map(textIn) : [undefined];
  const given = texts.filter((text) => text !== undefined);
  if (given.length === texts.length) return given;
  reading.report(node, `${key}: expected a list of texts`);
  return [];
}

/** A list of texts out of a closed set. */
export function choicesAt<T extends string>(
  reading: Reading,
  key: string,
  choices: readonly T[],
): readonly T[] {
  const texts = textsAt(reading, key);
  const known = choices.filter((choice) => texts.includes(choice));
  if (texts.some((text) => !choices.includes(text as T))) {
    reading.report(nodeAt(reading, key), `${key}: expected some of ${choices.join(', ')}`);
  }
  return known;
}

export function flagAt(reading: Reading, key: string): boolean | null {
  const node = nodeAt(reading, key);
  if (node === undefined) return null;
  const text = textIn(node);
  if (text === 'true' || text === 'false') return text === 'true';
  reading.report(node, `${key}: expected true or false`);
  return null;
}

/** What `read` makes of each map in a list; empty where there is none. */
export function mapsAt<T>(reading: Reading, key: string, read: (map: Reading) => T): readonly T[] {
  const node = nodeAt(reading, key);
  if (node === undefined) return [];
  const { report } = reading;
  if (!isSeq(node)) {
    report(node, `${key}: expected a list`);
    return [];
  }
  return node.items.flatMap((item) => {
    if (isMap(item)) return [read({ map: item, report })];
    report(item as Node, `${key}: expected keys and values`);
    return [];
  });
}

export function refuseUnknownKeys({ map, report }: Reading, known: readonly string[]): void {
  for (const { key } of map.items) {
    const text = textIn(key) ?? '';
    if (known.includes(text)) continue;
    report(key as Node, `unknown key ${text}; there are ${known.join(', ')}`);
  }
}
