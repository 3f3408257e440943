/** Takes exported events out of their wrapping, and tells what is passed over. */
import { gunzipSync } from 'node:zlib';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Inflate } from '../domain/export/cloudwatch.ts';
import { type SkipReason, type Unwrapped } from '../domain/export/export-format.ts';
import { type ExportContext, unwrapBody, unwrapLine } from '../domain/export/unwrap.ts';
import { type Exported } from '../domain/sources.ts';

export interface UnwrapExports {
  /**
   * The would-be events in the body of a request.
   * @throws JsonScanError where it is not JSON, InflateError where it holds too much or is no gzip
   */
  readonly body: (body: Buffer) => readonly Buffer[];
  /** The same of lines, each by itself: one that can't be taken apart is an item as it is. */
  readonly lines: (lines: readonly Buffer[]) => readonly Buffer[];
}

/** What stands in a request in base64 and gzip is no gzip, or more than a request may hold. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
  readonly code = 'not-inflated';
  readonly retryable = false;
}

export interface UnwrapOptions extends Exported {
  /** For metrics and the log. */
  readonly sourceName: string;
  /** Bytes that all of one body may be inflated to. */
  readonly maxInflatedBytes: number;
  readonly telemetry: Pick<Telemetry, 'count' | 'log'>;
}

const reasons: readonly SkipReason[] = ['not-audit', 'other-cluster'];

export function createUnwrapExports(options: UnwrapOptions): UnwrapExports {
  const { format, exportedAs, sourceName: source_name, maxInflatedBytes, telemetry } = options;
  const told = new Set<SkipReason>();
  const context = (): ExportContext => ({
    ...{ format, exportedAs, inflate: inflateWithin(maxInflatedBytes) },
  });
  const tell = ({ items, skipped }: Unwrapped): readonly Buffer[] => {
    for (const reason of reasons) {
      if (skipped[reason] === 0) continue;
      telemetry.count('ingest_skipped_total', { source_name, reason }, skipped[reason]);
      if (told.has(reason)) continue;
      told.add(reason);
      const fields = { source_name, format, exportedAs, reason };
      telemetry.log.warn(fields, 'Exported entries are passed over; this is logged once.');
    }
    return items;
  };
  return {
    body: (body) => tell(unwrapBody(body, context())),
    lines: (lines) => lines.flatMap((line) => tell(unwrapLine(line, context()))),
  };
}

/** @param maxBytes what all calls together may make */
function inflateWithin(maxBytes: number): Inflate {
  let left = maxBytes;
  return (bytes) => {
    try {
      const inflated = gunzipSync(bytes, { maxOutputLength: Math.max(1, left) });
      left -= inflated.length;
      return inflated;
    } catch (cause) {
      throw new InflateError('Data in the request is no gzip, or holds more than 16 MiB.', {
        cause,
      });
    }
  };
}
