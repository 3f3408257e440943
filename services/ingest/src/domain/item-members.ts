/** Reads single members of a scanned item; all else in it stays bytes. */
import { byteOf } from '@auditstream/item/json-cursor';
import { type Member, membersOf, textOf, type ScannedItem } from '@auditstream/item/json-scan';
import { RejectedItem } from './rejection.ts';

/** The member with this key: the last one, as encoding/json and JSON.parse have it. */
function find({ members }: ScannedItem, key: string): Member | undefined {
  return members.findLast((member) => member.key === key);
}

/** The value of a string member; undefined where it is missing or something else. */
export function stringMember(item: ScannedItem, key: string): string | undefined {
  const member = find(item, key);
  if (member === undefined || item.bytes[member.valueStart] !== byteOf.quote) return undefined;
  return textOf(item.bytes, { start: member.valueStart, end: member.end });
}

/** The members of an object member; undefined where it is missing or something else. */
export function objectMember(item: ScannedItem, key: string): ScannedItem | undefined {
  const member = find(item, key);
  if (member === undefined) return undefined;
  const bytes = item.bytes.subarray(member.valueStart, member.end);
  const members = membersOf(bytes, Infinity);
  return members === null ? undefined : { bytes, members };
}

/** @throws RejectedItem where it is missing or something else */
export function requireString(item: ScannedItem, key: string): string {
  const text = stringMember(item, key);
  if (text === undefined) throw new RejectedItem('not-an-event', `${key} is not a string.`);
  return text;
}

/** @throws RejectedItem where it is missing, empty or something else */
export function requireText(item: ScannedItem, key: string): string {
  const text = requireString(item, key);
  if (text === '') throw new RejectedItem('not-an-event', `${key} is empty.`);
  return text;
}

/** @throws RejectedItem where it is missing or something else */
export function requireObject(item: ScannedItem, key: string): ScannedItem {
  const inner = objectMember(item, key);
  if (inner === undefined) throw new RejectedItem('not-an-event', `${key} is not an object.`);
  return inner;
}

/** The value as it is written, undefined where it is missing. */
export function rawMember(item: ScannedItem, key: string): string | undefined {
  const member = find(item, key);
  return member && item.bytes.toString('latin1', member.valueStart, member.end);
}
