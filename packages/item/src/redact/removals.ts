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
  const kept: Buffer[] = [];
  let at = 0;
  for (const { start, end, quoted } of parts) {
    kept.push(bytes.subarray(at, start), quoted ? quotedMarker : bareMarker);
    at = end;
  }
  kept.push(bytes.subarray(at));
  return Buffer.concat(kept);
}

const bareMarker = Buffer.from(marker);
const quotedMarker = Buffer.from(`"${marker}"`);

/** What is recorded of the removals. */
export function recordOf(parts: readonly Removal[]): readonly Redaction[] {
  return parts.flatMap(({ start, end, kind, path }) =>
    path === undefined ? [] : [{ path, kind, size: end - start }],
  );
}
