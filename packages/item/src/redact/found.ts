import { type RedactionKind } from './redaction.ts';

/** A part of a text that is a secret: from `start` up to, not including, `end`. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly kind: RedactionKind;
}

/**
 * What a detector says of a place: a secret, or how far there is nothing. A later look may begin at
 * `end`, which keeps the whole linear, so a detector that has looked far has to say so.
 */
export type Looked =
  ({ readonly type: 'found' } & Found) | { readonly type: 'nothing'; readonly end: number };

/** Looks at a place where the detector's anchor stands. */
export type Detector = (chars: string, at: number) => Looked;

export function found(start: number, end: number, kind: RedactionKind): Looked {
  return { type: 'found', start, end, kind };
}

export function nothing(end: number): Looked {
  return { type: 'nothing', end };
}

/** Parts in their order, with those that overlap made one of the first one's kind. */
export function merged(parts: readonly Found[]): readonly Found[] {
  if (isInOrder(parts)) return parts;
  const result: Found[] = [];
  for (const part of [...parts].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || part.start >= last.end) result.push(part);
    else result[result.length - 1] = { ...last, end: Math.max(last.end, part.end) };
  }
  return result;
}

/** Whether no two overlap, and each stands behind the one before: most are found so. */
function isInOrder(parts: readonly Found[]): boolean {
  let end = 0;
  for (const part of parts) {
    if (part.start < end) return false;
    ({ end } = part);
  }
  return true;
}
