/** What rotation makes of a log file's name, and in which order rotated files were written. */
/** Where in the order of rotations a name stands. */
export type Rotation =
  /** `audit.log.1`: the higher, the older. */
  | { readonly kind: 'number'; readonly number: number }
  /** `audit-2026-11-22T01-55-02.487.log`: its digits sort by time. */
  | { readonly kind: 'time'; readonly digits: string };

const compressed = '.gz';
/** A day has eight digits. */
const maxNumberDigits = 6;

export function isCompressedName(name: string): boolean {
  return name.endsWith(compressed);
}

/** The name before it was compressed. */
export function plainName(name: string): string {
  return isCompressedName(name) ? name.slice(0, -compressed.length) : name;
}

/**
 * Reads `audit-2026-11-22T01-55-02.487.log` as an API server names it, `audit.log.1` and
 * `audit.log-20261122`, each with or without `.gz`.
 * @returns undefined where the name is none that a file named `original` is rotated to
 */
export function rotationOf(name: string, original: string): Rotation | undefined {
  const plain = plainName(name);
  const dot = original.lastIndexOf('.');
  const stem = dot > 0 ? original.slice(0, dot) : original;
  const extension = original.slice(stem.length);
  if (plain.startsWith(original)) return readPart(plain.slice(original.length));
  if (!plain.startsWith(`${stem}-`) || !plain.endsWith(extension)) return undefined;
  return readPart(plain.slice(stem.length, plain.length - extension.length));
}

function readPart(part: string): Rotation | undefined {
  if (!/^[.-]\d[\dT:.-]*$/.test(part)) return undefined;
  const digits = part.replaceAll(/\D/g, '');
  return digits.length <= maxNumberDigits
    ? { kind: 'number', number: Number(digits) }
    : { kind: 'time', digits };
}

export interface Rotated {
  readonly rotation: Rotation;
  /** Nanoseconds since 1970. Renaming leaves it as it is, compressing may not. */
  readonly modified: bigint;
}

/** The one that was written to first comes first. Names of two kinds tell no order: then time does. */
export function inOrder<R extends Rotated>(files: readonly R[]): readonly R[] {
  const kinds = new Set(files.map(({ rotation }) => rotation.kind));
  const byName = (a: R, b: R): number => (kinds.size === 1 ? compareRotations(a, b) : 0);
  return [...files].sort((a, b) => byName(a, b) || Number(a.modified - b.modified));
}

function compareRotations({ rotation: a }: Rotated, { rotation: b }: Rotated): number {
  if (a.kind === 'number' && b.kind === 'number') return b.number - a.number;
  if (a.kind !== 'time' || b.kind !== 'time' || a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}
