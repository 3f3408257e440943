/** Cuts members out of JSON objects, and leaves every other byte as it is. */
import { elementsOf, type Member, membersOf, type Span } from '@auditstream/item/json-scan';

/** Whether a member goes. */
export type Goes = (member: Member) => boolean;

/** What has to go, commas included, so that an object stays one. */
export function cutsIn(members: readonly Member[], goes: Goes): readonly Span[] {
  let isFirst = true;
  return members.flatMap((member, at) => {
    if (!goes(member)) {
      isFirst = false;
      return [];
    }
    const { start, end } = member;
    if (!isFirst) return [{ start: members[at - 1]?.end ?? start, end }];
    return [{ start, end: members[at + 1]?.start ?? end }];
  });
}

/**
 * `metadata.managedFields` of an object, or of each item of a list, as API servers leave it out.
 * @param value the span of the object in the bytes
 */
export function managedFieldsIn(bytes: Buffer, value: Span): readonly Span[] {
  const members = membersAt(bytes, value);
  const items = members
    .filter(({ key }) => key === 'items')
    .flatMap((list) => itemsAt(bytes, list));
  return [members, ...items.map((item) => membersAt(bytes, item))].flatMap((object) =>
    object
      .filter(({ key }) => key === 'metadata')
      .flatMap((metadata) =>
        cutsIn(membersAt(bytes, valueOf(metadata)), ({ key }) => key === 'managedFields'),
      ),
  );
}

/** @param cuts in any order; none overlaps another */
export function withoutCuts(bytes: Buffer, cuts: readonly Span[]): Buffer {
  const kept: Buffer[] = [];
  let at = 0;
  for (const { start, end } of [...cuts].sort((a, b) => a.start - b.start)) {
    kept.push(bytes.subarray(at, start));
    at = end;
  }
  return Buffer.concat([...kept, bytes.subarray(at)]);
}

export function valueOf({ valueStart, end }: Member): Span {
  return { start: valueStart, end };
}

/** None where the value is no object. */
function membersAt(bytes: Buffer, { start, end }: Span): readonly Member[] {
  const members = membersOf(bytes.subarray(start, end), Infinity) ?? [];
  return members.map((member) => ({
    key: member.key,
    start: start + member.start,
    valueStart: start + member.valueStart,
    end: start + member.end,
  }));
}

function itemsAt(bytes: Buffer, { valueStart, end }: Member): readonly Span[] {
  const items = elementsOf(bytes.subarray(valueStart, end), Infinity) ?? [];
  return items.map((item) => ({ start: valueStart + item.start, end: valueStart + item.end }));
}
