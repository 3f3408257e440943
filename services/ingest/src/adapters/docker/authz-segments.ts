/** The files of an authorization plugin's journal, as its reader sees them. */
import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface JournalPlace {
  readonly segment: number;
  /** Bytes of the segment. */
  readonly offset: number;
}

const segmentName = /^(\d{16})\.jsonl$/;

/** Numbers, ascending. */
export async function listSegments(folder: string): Promise<readonly number[]> {
  const numbers = (await readdir(folder)).flatMap((name) => {
    const match = segmentName.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  return numbers.sort((a, b) => a - b);
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(16, '0')}.jsonl`);
}

/**
 * Tells the plugin how far it may forget. Not synced: what a loss of power takes back costs disk space for
 * a while.
 */
export async function writeConsumed(folder: string, place: JournalPlace): Promise<void> {
  const path = join(folder, 'consumed.json');
  const temporary = `${path}.new`;
  await writeFile(temporary, `${JSON.stringify(place)}\n`, { mode: 0o644 });
  await rename(temporary, path);
}
