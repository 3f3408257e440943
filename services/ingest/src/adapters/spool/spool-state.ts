/** What an open spool knows of its files. */
import { type FrameContent } from '../../domain/spool-segment.ts';
import { type Gap } from '../../domain/spool-scan.ts';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { SpoolError, type SpoolPlace } from '../../spool.ts';
import { type SpoolFolder, type WritableFile } from './spool-folder.ts';

export interface Segment {
  readonly number: number;
  readonly salt: Buffer;
  /** Bytes from the beginning that are synced, or were found whole at the start. */
  end: number;
  /** Bytes that its file takes at most. */
  size: number;
  /** What is no frame, as far as it is known. */
  readonly gaps: readonly Gap[];
  isDamaged: boolean;
}

/** Records of one call, until they are synced. */
export interface Append {
  readonly contents: readonly FrameContent[];
  readonly bytes: number;
  readonly resolve: (place: SpoolPlace) => void;
  readonly reject: (error: SpoolError) => void;
}

export type SpoolTelemetry = Pick<Telemetry, 'count' | 'set' | 'observe' | 'log'>;

export interface SpoolState {
  readonly folder: SpoolFolder;
  readonly telemetry: SpoolTelemetry;
  readonly maxBytes: number;
  readonly segmentBytes: number;
  /** 16 random bytes at each call. */
  readonly newSalt: () => Buffer;
  /** Ascending; the head is in the first. */
  readonly segments: Segment[];
  /** The last segment while it is written to. */
  active: { readonly segment: Segment; readonly file: WritableFile } | null;
  nextNumber: number;
  head: SpoolPlace;
  /** Records behind the head that are synced. */
  records: number;
  pending: Append[];
  /** Bytes that `pending` and what is being written will take. */
  reserved: number;
  isWriting: boolean;
  /** Woken when a write has ended, well or not. */
  readonly waiting: (() => void)[];
}

export function segmentName(number: number): string {
  return `${String(number).padStart(12, '0')}.segment`;
}

export function damagedName(number: number): string {
  return `${String(number).padStart(12, '0')}.damaged`;
}

export function bytesOf({ segments, reserved }: SpoolState): number {
  return segments.reduce((sum, { size }) => sum + size, reserved);
}

export function reportDepth(state: SpoolState): void {
  state.telemetry.set('ingest_spool_bytes', {}, bytesOf(state));
  state.telemetry.set('ingest_spool_records', {}, state.records);
}

export function reportDamage(state: SpoolState, number: number, bytes: number): void {
  state.telemetry.count('ingest_spool_damaged_bytes_total', {}, bytes);
  state.telemetry.log.error(
    { file: damagedName(number), bytes },
    'The disk has lost records that were accepted: what is left of the segment will be kept beside the spool.',
  );
}

export function diskError(message: string, cause: unknown): SpoolError {
  return new SpoolError('disk', message, cause);
}
