/** What a walk through an item knows and collects. */
import { byteOf, type Cursor, openCursor, peek } from '../json-cursor.ts';
import { type Span, spanOfValue } from '../json-scan.ts';
import { kindOfValue } from './classify.ts';
import { type Found } from './found.ts';
import { type PathSegment, pathText } from './item-path.ts';
import { marker } from './marker.ts';
import { type Remaining, type RedactionPolicy } from './policy.ts';
import { maxRecorded, type Removal } from './removals.ts';
import { nextAnchor } from './scan-text.ts';
import { type Text } from './text.ts';

export interface Walker {
  readonly cursor: Cursor;
  readonly bytes: Buffer;
  /** The same, a unit for a byte. */
  readonly chars: string;
  readonly policy: RedactionPolicy;
  /** Offsets of objects that are Secrets or ConfigMaps. */
  readonly holders: ReadonlySet<number>;
  /** Configured paths that begin at the event's objects. */
  readonly roots: readonly Remaining[];
  /** Where the walk stands, from the event. */
  readonly segments: PathSegment[];
  readonly removals: Removal[];
  /** The next place at which text may have a secret; not before the last place that was asked for. */
  anchor: number;
}

export type WalkerInput = Pick<Walker, 'bytes' | 'chars' | 'policy' | 'holders' | 'roots'>;

/** The item has to be JSON; how deep has been checked. */
export function createWalker(input: WalkerInput): Walker {
  const cursor = openCursor(input.bytes, Infinity);
  return { ...input, cursor, segments: [], removals: [], anchor: -1 };
}

/** Whether a secret may show in this part. Parts have to be asked for in their order. */
export function mayShow(walker: Walker, { start, end }: Span): boolean {
  if (walker.anchor < start) walker.anchor = nextAnchor(walker.chars, start);
  return walker.anchor < end;
}

/** Takes parts of a text out. */
export function removeParts(walker: Walker, text: Text, parts: readonly Found[]): void {
  for (const { start, end, kind } of parts) {
    const path = pathHere(walker);
    const [from, to] = [text.offsetOf(start), text.offsetOf(end)];
    walker.removals.push({ start: from, end: to, kind, quoted: false, path });
  }
}

/** Takes the value at the cursor out, and moves over it. `name` says what it is, where its form does not. */
export function removeValue(walker: Walker, name: string): void {
  const isString = peek(walker.cursor) === byteOf.quote;
  const { start, end } = spanOfValue(walker.cursor);
  const [from, to] = isString ? [start + 1, end - 1] : [start, end];
  const value = walker.chars.slice(from, to);
  if (value === (isString ? marker : 'null') || value === '') return;
  const [kind, path] = [kindOfValue(value, name), pathHere(walker)];
  walker.removals.push({ start: from, end: to, kind, quoted: !isString, path });
}

/** Where the walk stands; undefined where enough has been recorded. */
function pathHere({ removals, segments }: Walker): string | undefined {
  return removals.length < maxRecorded ? pathText(segments) : undefined;
}

/** The innermost key above the cursor. */
export function lastKey({ segments }: Walker): string {
  const key = segments.findLast((segment) => typeof segment === 'string');
  return typeof key === 'string' ? key : '';
}
