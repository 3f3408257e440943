/** One file of a log, open for reading: as it is written, or a compressed backup. */
import { type BigIntStats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip, type Gunzip } from 'node:zlib';

export interface Piece {
  readonly isCompressed: boolean;
  stats(): Promise<BigIntStats>;
  /**
   * Bytes from a position on, at most `limit`, in memory of their own; none where there are no more for now.
   * Of a compressed piece they are what it holds, and a position must not lie before the one read last.
   */
  read(position: number, limit: number): Promise<Buffer>;
  /** Why a compressed piece ends before its time; undefined as long as it has not. */
  damage(): Error | undefined;
  close(): Promise<void>;
}

export async function openPiece(path: string, isCompressed: boolean): Promise<Piece> {
  const handle = await open(path, 'r');
  const common = {
    isCompressed,
    stats: () => handle.stat({ bigint: true }),
    close: () => handle.close(),
  };
  if (isCompressed) return { ...common, ...readCompressed(handle) };
  return {
    ...common,
    read: (position, limit) => readAt(handle, position, limit),
    damage: () => undefined,
  };
}

async function readAt(handle: FileHandle, position: number, limit: number): Promise<Buffer> {
  // Its own memory each time: lines that are not accepted yet still point into the last one.
  const buffer = Buffer.allocUnsafeSlow(limit);
  const { bytesRead } = await handle.read(buffer, 0, limit, position);
  return buffer.subarray(0, bytesRead);
}

/** Bytes given to gunzip at once. What it makes of them is held: a thousand times as much at most. */
const inputBytes = 16 * 1024;

/** Inflates no further than it is asked to: each input is waited for, so what came before damage is kept. */
function readCompressed(handle: FileHandle): Pick<Piece, 'read' | 'damage'> {
  const inflated: Buffer[] = [];
  const gunzip = createGunzip();
  gunzip.on('data', (bytes: Buffer) => inflated.push(bytes));
  const state = { inputAt: 0, outputAt: 0, isAtEnd: false };
  let damage: Error | undefined;
  gunzip.on('error', (error) => (damage ??= error));

  const inflateMore = async (): Promise<void> => {
    const input = await readAt(handle, state.inputAt, inputBytes);
    state.inputAt += input.length;
    state.isAtEnd = input.length === 0;
    await feed(gunzip, input).catch((error: unknown) => {
      damage ??= error instanceof Error ? error : new Error(String(error));
      state.isAtEnd = true;
    });
  };
  /** Takes up to `limit` bytes out of what is inflated. */
  const take = (limit: number): Buffer => {
    const first = inflated[0];
    if (first === undefined) return Buffer.alloc(0);
    const taken = first.subarray(0, limit);
    if (taken.length === first.length) inflated.shift();
    else inflated[0] = first.subarray(taken.length);
    state.outputAt += taken.length;
    return taken;
  };
  return {
    async read(position, limit) {
      const parts: Buffer[] = [];
      for (let missing = limit; missing > 0;) {
        if (inflated.length === 0 && state.isAtEnd) break;
        if (inflated.length === 0) await inflateMore();
        const isBefore = state.outputAt < position;
        const bytes = take(isBefore ? position - state.outputAt : missing);
        if (isBefore || bytes.length === 0) continue;
        parts.push(bytes);
        missing -= bytes.length;
      }
      return Buffer.concat(parts);
    },
    damage: () => damage,
  };
}

/** Resolves when gunzip has made of the input all that it can; no input is the end. */
function feed(gunzip: Gunzip, input: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => {
      gunzip.off('error', reject);
      if (error) reject(error);
      else resolve();
    };
    gunzip.once('error', reject);
    if (gunzip.destroyed || gunzip.writableEnded) done();
    else if (input.length > 0) gunzip.write(input, done);
    else gunzip.end(done);
  });
}
