/** Takes JSON apart into values without building them: their bytes stay as they are. */
import { byteOf, JsonScanError, openCursor, peek } from '@auditstream/item/json-cursor';
import { elementsOf, membersOf, type ScannedItem, spanOfValue } from '@auditstream/item/json-scan';

/** How deep an envelope may be, its events included. */
const maxExportDepth = 256;

/**
 * The values of a text that has one or several, with white space between them (JSON lines are such a
 * text). The elements of an outermost array stand for themselves.
 * @throws JsonScanError where it is something else
 */
export function valuesIn(text: Buffer): readonly Buffer[] {
  const cursor = openCursor(text, maxExportDepth);
  const values: Buffer[] = [];
  for (peek(cursor); cursor.at < text.length; peek(cursor)) {
    const { start, end } = spanOfValue(cursor);
    const value = text.subarray(start, end);
    if (value[0] !== byteOf.openBracket) values.push(value);
    else for (const element of elementsIn(value)) values.push(element);
  }
  return values;
}

/** @returns the elements of an array; none where the value is something else */
export function elementsIn(value: Buffer): readonly Buffer[] {
  const spans = elementsOf(value, maxExportDepth) ?? [];
  return spans.map(({ start, end }) => value.subarray(start, end));
}

/** @returns undefined where the value is no object */
export function objectIn(value: Buffer): ScannedItem | undefined {
  const members = membersOf(value, maxExportDepth);
  return members === null ? undefined : { bytes: value, members };
}

/** The same for what a text holds: undefined, too, where it is no JSON. */
export function objectInText(text: Buffer): ScannedItem | undefined {
  try {
    return objectIn(text);
  } catch (error) {
    if (error instanceof JsonScanError) return undefined;
    throw error;
  }
}

/** The exact bytes of a member's value; the last one counts. */
export function bytesAt({ bytes, members }: ScannedItem, key: string): Buffer | undefined {
  const member = members.findLast((candidate) => candidate.key === key);
  return member && bytes.subarray(member.valueStart, member.end);
}

/** The object again, with exact members, but without some. */
export function without(item: ScannedItem, keys: readonly string[]): Buffer {
  return objectOf(
    item.members
      .filter(({ key }) => !keys.includes(key))
      .map(({ start, end }) => item.bytes.subarray(start, end)),
  );
}

/** An object of members as they are. */
export function objectOf(members: readonly Buffer[]): Buffer {
  const parts = members.flatMap((member, at) => (at === 0 ? [member] : [comma, member]));
  return Buffer.concat([open, ...parts, close]);
}

/** A member whose value is bytes of JSON. */
export function memberOf(key: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(key)}:`), value]);
}

const [open, comma, close] = ['{', ',', '}'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];
