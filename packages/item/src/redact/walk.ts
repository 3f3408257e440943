/** Goes through an item and takes out what has to go. */
import { byteOf, peek } from '../json-cursor.ts';
import { skipScalar } from '../json-scalars.ts';
import { readArray, readObject, type Span, spanOfValue, textOf } from '../json-scan.ts';
import { type Place } from './places.ts';
import {
  elementStanding,
  memberStanding,
  plain,
  pointerStanding,
  type Standing,
} from './standing.ts';
import { enterKey, visitArguments, visitString } from './visit-text.ts';
import { lastKey, removeValue, type Walker } from './walker.ts';

/** Moves over the value at the cursor. It does not nest deeper than an item may. */
export function visit(walker: Walker, standing: Standing): void {
  const { cursor, bytes } = walker;
  const first = peek(cursor);
  const { place } = standing;
  if (place === 'value') removeValue(walker, lastKey(walker));
  else if (first === byteOf.openBrace) visitObject(walker, standing);
  else if (first === byteOf.openBracket) visitArray(walker, standing);
  else if (place === 'values') removeValue(walker, lastKey(walker));
  else if (place === 'named' && isTextOrNumber(first)) removeValue(walker, lastKey(walker));
  else if (first === byteOf.quote) visitString(walker, place);
  else cursor.at = skipScalar(bytes, cursor.at);
}

function isTextOrNumber(first: number): boolean {
  return first === byteOf.quote || first === byteOf.minus || (first >= 0x30 && first <= 0x39);
}

function visitObject(walker: Walker, standing: Standing): void {
  const { place } = standing;
  if (place === 'operation' || place === 'holder-operation') visitOperation(walker, standing);
  else if (place === 'variable') visitVariable(walker, standing);
  else visitMembers(walker, settledPlaces.has(place) ? standing : asHolder(walker, standing));
}

/** Places of the event itself, and those of which everything goes anyway. */
const settledPlaces: ReadonlySet<Place> = new Set([
  ...(['kubernetes-event', 'holder-event', 'docker-event', 'holder', 'values'] as const),
  'docker-exec-event',
]);

/** Any other object that says that it is a Secret or a ConfigMap is one wherever it stands. */
function asHolder({ cursor, holders }: Walker, standing: Standing): Standing {
  return holders.has(cursor.at) ? { ...standing, place: 'holder' } : standing;
}

function visitMembers(walker: Walker, standing: Standing): void {
  readObject(walker.cursor, (key) => {
    const name = enterKey(walker, key);
    visit(walker, memberStanding(standing, name, walker.roots));
    walker.segments.pop();
  });
}

function visitArray(walker: Walker, standing: Standing): void {
  const { cursor, segments, roots } = walker;
  const element = elementStanding(standing, roots);
  if (standing.place === 'arguments' || standing.place === 'exec-arguments') {
    const drops = standing.place === 'exec-arguments' && walker.policy.execArguments === 'drop';
    visitArguments(walker, drops ? 'drop' : 'mask', () => {
      visit(walker, element);
    });
    return;
  }
  let index = 0;
  readArray(cursor, () => {
    segments.push(index);
    visit(walker, element);
    segments.pop();
    index += 1;
  });
}

/** A variable's own name says of what kind its value is. */
function visitVariable(walker: Walker, standing: Standing): void {
  const [variable = ''] = textsAhead(walker, 'name');
  readObject(walker.cursor, (key) => {
    const name = enterKey(walker, key);
    const member = memberStanding(standing, name, walker.roots);
    if (member.place === 'value') removeValue(walker, variable);
    else visit(walker, member);
    walker.segments.pop();
  });
}

/** The value of an operation is treated as if it stood where the operation puts it. */
function visitOperation(walker: Walker, { place }: Standing): void {
  const pointers = new Set(textsAhead(walker, 'path'));
  const root = place === 'holder-operation' ? 'holder' : 'body';
  const [pointer = ''] = pointers;
  const value = pointers.size > 1 ? plain('value') : pointerStanding(root, pointer, walker.roots);
  const key = pointer.slice(pointer.lastIndexOf('/') + 1);
  readObject(walker.cursor, (span) => {
    const name = enterKey(walker, span);
    if (name !== 'value') visit(walker, memberStanding(plain('any'), name, walker.roots));
    else if (value.place === 'value') removeValue(walker, key);
    else visit(walker, value);
    walker.segments.pop();
  });
}

/** The texts of the members with this key in the object at the cursor, which does not move. */
function textsAhead({ cursor, bytes }: Walker, key: string): readonly string[] {
  const { at, depth } = cursor;
  const texts: string[] = [];
  readObject(cursor, (span) => {
    const value = spanOfValue(cursor);
    if (bytes[value.start] === byteOf.quote && isKey(bytes, span, key)) {
      texts.push(textOf(bytes, value));
    }
  });
  cursor.at = at;
  cursor.depth = depth;
  return texts;
}

function isKey(bytes: Buffer, span: Span, key: string): boolean {
  return span.end - span.start >= key.length + 2 && textOf(bytes, span) === key;
}
