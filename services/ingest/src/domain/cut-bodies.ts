/**
 * Takes the bodies out of an event that is too large, without ever holding it whole. docs/ingest.md is
 * the contract.
 */
import { type SourceKind } from './record.ts';
import { createJsonWatch, type JsonWatch, type ValuePath } from './json-watch.ts';

/** Which values go. */
export interface CutRule {
  /** Where they stand. */
  readonly path: ValuePath;
  /** A value of at most so many bytes stays. */
  readonly keepBytes: number;
}

/** What an event of each kind of source loses first. */
export const cutRules: Readonly<Record<SourceKind, CutRule>> = {
  kubernetes: { path: [new Set(['requestObject', 'responseObject'])], keepBytes: 0 },
  // What enrich carries of an attribute is no longer than that.
  docker: { path: [new Set(['Actor']), new Set(['Attributes']), 'any'], keepBytes: 8_192 },
  // A notice has no bodies.
  auditstream: { path: [], keepBytes: 0 },
};

export type CutItem =
  /** `removedBytes` stood where now their numbers stand. */
  | { readonly type: 'cut'; readonly bytes: Buffer; readonly removedBytes: number }
  /** Even so it is larger than the limit. */
  | { readonly type: 'too-large' };

export interface BodyCutter {
  /** Takes the next bytes of the event; what is kept of them is copied. */
  push(bytes: Buffer): void;
  finish(): CutItem;
}

/** What stands in the place of a value: an object, so that nothing takes it for a text or a number of the source. */
export function truncationMarker(bytes: number): Buffer {
  return Buffer.from(`{"auditstream.truncated":{"bytes":${bytes}}}`);
}

/** @param maxBytes of what is left; beyond it nothing more is held */
export function openBodyCutter(rule: CutRule, maxBytes: number): BodyCutter {
  const kept = createKeeper(maxBytes);
  let held: Buffer[] | null = null;
  let [valueBytes, removedBytes] = [0, 0];

  const endValue = (): void => {
    if (held !== null) for (const part of held) kept.put(part);
    else {
      removedBytes += valueBytes;
      kept.put(truncationMarker(valueBytes));
    }
  };
  const watch: JsonWatch = createJsonWatch(rule.path, {
    outside: kept.put,
    begin() {
      [held, valueBytes] = [[], 0];
    },
    inside(part) {
      valueBytes += part.length;
      if (valueBytes > rule.keepBytes) held = null;
      held?.push(Buffer.from(part));
    },
    end: endValue,
  });
  return {
    push: watch.push,
    finish() {
      const bytes = kept.take();
      return bytes === null ? { type: 'too-large' } : { type: 'cut', bytes, removedBytes };
    },
  };
}

interface Keeper {
  readonly put: (part: Buffer) => void;
  /** Null where it was too much. */
  readonly take: () => Buffer | null;
}

function createKeeper(maxBytes: number): Keeper {
  let [parts, bytes]: [Buffer[], number] = [[], 0];
  return {
    put(part) {
      bytes += part.length;
      // A copy: a few bytes must not keep the whole chunk that they came in.
      if (bytes <= maxBytes) parts.push(Buffer.from(part));
      else parts = [];
    },
    take: () => (bytes > maxBytes ? null : Buffer.concat(parts)),
  };
}
