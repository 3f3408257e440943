/** What a log has lost, or may have: told once each. */
import { type Place } from './file-place.ts';
import { type FollowOptions } from './follow-options.ts';
import { type Candidate } from './log-folder.ts';
import { tellGap } from './log-gaps.ts';
import { type GapReason } from './rotation.ts';

export interface Losses {
  /** What may have been written behind the place. */
  tellGap(place: Place, reason: GapReason): Promise<void>;
  /** What a compressed file held behind the place. */
  tellDamage(place: Place, file: string): Promise<void>;
  /** A compressed file that gives nothing. */
  tellUnreadable(file: Candidate): Promise<void>;
  tellZeros(file: string, count: number): void;
}

/** Files that were told of; beyond so many, they are told of again. */
const maxRemembered = 1_000;

export function createLosses(path: string, options: FollowOptions): Losses {
  const { telemetry, now } = options;
  const { cluster } = options.source;
  const told = new Set<string>();
  const isNew = (key: string): boolean => {
    if (told.has(key)) return false;
    if (told.size >= maxRemembered) told.clear();
    told.add(key);
    return true;
  };
  const nowMicros = (): number => now() * 1_000;
  return {
    async tellGap({ real, offset, modified }, reason) {
      const [from, to] = [microsOf(modified), nowMicros()];
      await tellGap({ reason, cluster, path, file: real ?? path, offset, from, to }, options);
    },
    async tellDamage({ offset, modified }, file) {
      const to = microsOf(modified) ?? nowMicros();
      await tellGap(
        { reason: 'damaged', cluster, path, file, offset, from: undefined, to },
        options,
      );
    },
    async tellUnreadable({ path: file, modified }) {
      if (!isNew(`unreadable ${file} ${modified}`)) return;
      const gap = { reason: 'damaged', cluster, path, file, offset: 0 } as const;
      await tellGap({ ...gap, from: undefined, to: microsOf(String(modified)) ?? 0 }, options);
    },
    tellZeros(file, count) {
      telemetry.count('ingest_log_zero_bytes_total', { cluster }, count);
      if (!isNew(`zeros ${file}`)) return;
      const message =
        'A log file has zeros where lines should be: bytes may not have reached its disk.';
      telemetry.log.warn({ path, cluster, file, count }, message);
    },
  };
}

/** @param nanos since 1970, as digits */
function microsOf(nanos: string | undefined): number | undefined {
  return nanos === undefined ? undefined : Number(BigInt(nanos) / 1_000n);
}
