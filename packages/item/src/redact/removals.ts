/** What is taken out of an item. */
import { type Redaction, type RedactionKind } from './redaction.ts';
import { type Span } from '../json-scan.ts';
import { marker } from './marker.ts';

/** Removals that are recorded one by one; all are made and counted. */
export const maxRecorded = 256;

export interface Removal extends Span {
  readonly kind: RedactionKind;
  /** Whether the marker needs quotes of its own. */
  readonly quoted: boolean;
  /** Undefined where too many have been recorded before. */
  readonly path: string | undefined;
}

/** The item with a marker in the place of each removal; the item itself where there is none. */
export function withoutRemovals(bytes: Buffer, parts: readonly Removal[]): Buffer {
  if (parts.length === 0) return bytes;
  // One piece of memory: an item may be full of removals.
  const result = Buffer.allocUnsafe(sizeWithout(bytes, parts));
  let [at, to] = [0, 0];
  for (const { start, end, quoted } of parts) {
    to += bytes.copy(result, to, at, start);
    to += (quoted ? quotedMarker : bareMarker).copy(result, to);
    at = end;
  }
  bytes.copy(result, to, at);
  return result;
}

const bareMarker = Buffer.from(marker);
const quotedMarker = Buffer.from(`"${marker}"`);

function sizeWithout(bytes: Buffer, parts: readonly Removal[]): number {
  let size = bytes.length;
  for (const { start, end, quoted } of parts) {
    size += (quoted ? quotedMarker : bareMarker).length - (end - start);
  }
  return size;
}

/** What is recorded of the removals. */
export function recordOf(parts: readonly Removal[]): readonly Redaction[] {
  return parts.flatMap(({ start, end, kind, path }) =>
    path === undefined ? [] : [{ path, kind, size: end - start }],
  );
}
