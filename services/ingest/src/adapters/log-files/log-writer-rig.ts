/** For tests: a writer of audit logs that rotates in every way there is. */
import { copyFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type Rotate = 'rename' | 'copy' | 'compress';

export interface LogWriter {
  /** Every line that was written, in order. */
  readonly written: string[];
  /** Appends a line, in two halves every now and then. */
  write(): void;
  rotate(how: Rotate): Promise<void>;
}

/** Pseudo-random numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @param naming as API servers name rotated files, or as logrotate does */
export function createLogWriter(
  log: string,
  naming: 'time' | 'number',
  random: () => number,
): LogWriter {
  const written: string[] = [];
  let rotations = 0;
  const makeRoom = async (): Promise<string> => {
    rotations += 1;
    if (naming === 'time') {
      const seconds = String(rotations).padStart(4, '0');
      return join(dirname(log), `audit-2026-11-22T01-55-${seconds}.log`);
    }
    for (let number = rotations; number > 1; number -= 1) {
      for (const end of ['', '.gz']) {
        await rename(`${log}.${number - 1}${end}`, `${log}.${number}${end}`).catch(ignoreMissing);
      }
    }
    return `${log}.1`;
  };
  return {
    written,
    write() {
      const size = random() < 0.02 ? 150_000 : Math.floor(random() * 3_000);
      const line = `{"number":${written.length},"text":"ü${'x'.repeat(size)}"}`;
      written.push(line);
      const half = random() < 0.2 ? Math.floor(line.length / 2) : 0;
      if (half > 0) appendFileSync(log, line.slice(0, half));
      appendFileSync(log, `${line.slice(half)}\n`);
    },
    async rotate(how) {
      const to = await makeRoom();
      if (how === 'copy') {
        await copyFile(log, to);
        await truncate(log, 0);
        return;
      }
      await rename(log, to);
      await writeFile(log, '', { flag: 'a' });
      if (how === 'rename') return;
      await writeFile(`${to}.gz`, gzipSync(await readFile(to)));
      await rm(to);
    },
  };
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
