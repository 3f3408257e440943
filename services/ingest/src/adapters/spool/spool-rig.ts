/** For tests: a spool on a disk that fails when it is told to. */
import { type OutgoingRecord } from '@auditstream/stream/types';
import { createNumbering, type Numbering, type NumberingState } from '../../numbering.ts';
import { type Spool } from '../../spool.ts';
import { createMemoryFolder, type DiskOperation, type MemoryFolder } from './memory-folder.ts';
import { openSpoolIn } from './spool-files.ts';

interface Told {
  readonly errors: string[];
  readonly gauges: Map<string, number>;
  readonly counts: Map<string, number>;
}

export interface SpoolRig extends Told {
  readonly spool: Spool;
  readonly folder: MemoryFolder;
}

export const mebibyte = 1024 * 1024;

/** A real spool in a folder in memory. */
export async function openRig(
  folder = createMemoryFolder(),
  maxBytes = mebibyte,
): Promise<SpoolRig> {
  const told: Told = { errors: [], gauges: new Map(), counts: new Map() };
  const log = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (_: object, message: string): void => void told.errors.push(message),
    child: () => log,
  };
  const telemetry = {
    count: (metric: string, _labels: object, by = 1): void =>
      void told.counts.set(metric, (told.counts.get(metric) ?? 0) + by),
    set: (metric: string, _labels: object, value: number): void =>
      void told.gauges.set(metric, value),
    observe: ignore,
    log,
  };
  return { ...told, folder, spool: await openSpoolIn(folder, { maxBytes, telemetry }) };
}

export function ignore(): void {
  return undefined;
}

/** One partition; salts that need no randomness. */
export function plainNumbering(before: NumberingState = { partitions: [] }, epoch = 1): Numbering {
  const newSalt = (): Buffer => Buffer.alloc(16);
  return createNumbering({
    ...{ ingester: '00000000000000aa', epoch, newSalt, partitionOf: () => 0, before },
  });
}

export function record(text: string): OutgoingRecord {
  return { topic: 'audit.ingested', key: Buffer.from('key'), value: Buffer.from(text) };
}

export const records = (...texts: string[]): OutgoingRecord[] => texts.map(record);
export const textOf = ({ value }: OutgoingRecord): string => value.toString();

/** Reads and acknowledges everything. */
export async function drain(spool: Spool, batchBytes = 900_000): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const batch = await spool.read(batchBytes);
    if (batch === null) return texts;
    texts.push(...batch.records.map(textOf));
    await spool.advance(batch.end, batch.records.length);
  }
}

/** Makes an operation fail, on all files. */
export function failing(failed: DiskOperation): MemoryFolder['onOperation'] {
  return (operation) => {
    if (operation !== failed) return;
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
}
