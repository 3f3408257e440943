/** Tells a file by what it holds: device and inode alone are given to the next file at once. */
import { createHash } from 'node:crypto';

/** SHA-256 of so many bytes that stand at a known place. */
export interface Fingerprint {
  readonly bytes: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/** An audit event names its audit id in its first 150 bytes, so no two logs begin alike. */
export const maxHeadBytes = 1_024;
/** What is kept of the bytes before a place: it tells files apart that begin alike. */
export const maxAnchorBytes = 256;

export function fingerprintOf(bytes: Buffer): Fingerprint {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Whether `bytes` begin with what the fingerprint was taken of; further bytes don't matter. */
export function beginsWith(bytes: Buffer, print: Fingerprint): boolean {
  if (bytes.length < print.bytes) return false;
  return fingerprintOf(bytes.subarray(0, print.bytes)).sha256 === print.sha256;
}

export function isFingerprint(value: unknown): value is Fingerprint {
  const { bytes, sha256 } = (value ?? {}) as Partial<Fingerprint>;
  return Number.isSafeInteger(bytes) && typeof sha256 === 'string' && /^[\da-f]{64}$/.test(sha256);
}

/** What is known of the bytes of a file up to a position. */
export interface Trail {
  /** The first bytes, at most 1,024. */
  readonly head: Buffer;
  /** The last bytes before the position, at most 256. */
  readonly anchor: Buffer;
}

export const emptyTrail: Trail = { head: Buffer.alloc(0), anchor: Buffer.alloc(0) };

/** The trail behind further bytes. It shares no memory with them. */
export function extendTrail({ head, anchor }: Trail, bytes: Buffer): Trail {
  const missing = maxHeadBytes - head.length;
  return {
    head: missing > 0 ? Buffer.concat([head, bytes.subarray(0, missing)]) : head,
    anchor: lastBytes(anchor, bytes),
  };
}

function lastBytes(before: Buffer, bytes: Buffer): Buffer {
  const recent = bytes.subarray(Math.max(0, bytes.length - maxAnchorBytes));
  return Buffer.concat([
    before.subarray(Math.max(0, before.length + recent.length - maxAnchorBytes)),
    recent,
  ]);
}
