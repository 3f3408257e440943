/** Hands the lines of a log over; at its start it may pass over those before a time. */
import { type Lines } from '../../domain/line-buffer.ts';
import { sourceName } from '../../domain/sources.ts';
import { firstLineSince } from '../../domain/log-start.ts';
import { deliver } from '../deliver.ts';
import { type FollowOptions } from './follow-options.ts';
import { createUnwrapExports, type UnwrapExports } from '../unwrap-exports.ts';

export interface LineGiver {
  /**
   * @param name of the place where the lines begin
   * @returns false when it was called off
   */
  handOver(lines: Lines, name: string): Promise<boolean>;
  /** True as long as lines are passed over. */
  isPassing(): boolean;
}

const maxItems = 2_000;

/** @param passUntil microseconds since 1970: lines are passed over up to the first event of then or later */
export function createLineGiver(
  path: string,
  passUntil: number | undefined,
  options: FollowOptions,
): LineGiver {
  const { cluster, origin, exported } = options.source;
  const named = { sourceName: sourceName(options.source), cluster, origin };
  const from = {
    ...({ source: 'kubernetes', ...named, way: 'file' } as const),
    ...(exported && ({ way: 'export', exporter: exported.format } as const)),
  };
  const unwrap = unwrapperOf(options);
  let [until, passed] = [passUntil, 0];

  const withoutEarlier = (lines: readonly Buffer[]): readonly Buffer[] => {
    if (until === undefined) return lines;
    const first = firstLineSince(until, lines);
    passed += first ?? lines.length;
    if (first === undefined) return [];
    until = undefined;
    const message = 'Lines before the time to begin with were passed over.';
    options.telemetry.log.info({ path, cluster, lines: passed }, message);
    return lines.slice(first);
  };
  return {
    isPassing: () => until !== undefined,
    async handOver({ lines, cut, oversized }, name) {
      const unwrapped = unwrap(lines);
      const kept = withoutEarlier(unwrapped);
      for (let start = 0; start < kept.length; start += maxItems) {
        const items = kept.slice(start, start + maxItems);
        const place = { name, firstItem: unwrapped.length - kept.length + start };
        if (!(await deliver({ ...from, items, cut, oversized: [], place }, options))) return false;
      }
      if (oversized.length === 0 || until !== undefined) return true;
      // They have no bytes by which to tell one from a line: their place has a name of its own.
      const place = { name: `${name} oversized`, firstItem: 0 };
      return deliver({ ...from, items: [], oversized, place }, options);
    },
  };
}

/** @returns takes lines out of what a managed service wraps them in, where one does */
function unwrapperOf({ source, telemetry }: FollowOptions): UnwrapExports['lines'] {
  const { exported } = source;
  if (exported === undefined) return (lines) => lines;
  // Lines have no compressed parts.
  return createUnwrapExports({
    ...{ ...exported, sourceName: sourceName(source), telemetry, maxInflatedBytes: 0 },
  }).lines;
}
