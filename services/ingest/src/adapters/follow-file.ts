/** Follows one growing file, across rotation by renaming and across restarts. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept } from '../delivery.ts';
import { createLineBuffer, type Lines } from '../domain/line-buffer.ts';
import { maxItemBytes } from '../domain/rejection.ts';
import { type LogSource } from '../domain/sources.ts';
import { type Checkpoints } from './checkpoints.ts';
import { deliver } from './deliver.ts';
import { type FileId, fileIdOf, isSameFile, placeName, readPlace, startOf } from './file-place.ts';
import { nextFile } from './rotation.ts';
import { type Backoff, wait } from './waiting.ts';

export interface FollowOptions {
  readonly source: LogSource;
  readonly accept: Accept;
  readonly checkpoints: Checkpoints;
  readonly telemetry: Pick<Telemetry, 'log'>;
  readonly signal: AbortSignal;
  /** Milliseconds between looks at a file that has nothing new; 250 if not given. */
  readonly pollMs?: number;
  readonly backoff?: Backoff;
}

const readBytes = 1024 * 1024;
const maxItems = 2_000;
const defaultPollMs = 250;
const missingMs = 1_000;

/** Resolves when the signal is aborted; whatever goes wrong before, it is tried again. */
export async function followFile(path: string, options: FollowOptions): Promise<void> {
  const { signal, telemetry, source } = options;
  const run = { isFirst: true, isTold: false };
  while (!signal.aborted) {
    try {
      await followOnce(path, run.isFirst, options);
      Object.assign(run, { isFirst: false, isTold: false });
    } catch (error) {
      const fields = { path, cluster: source.cluster, error };
      if (!run.isTold)
        telemetry.log.warn(fields, 'A log file cannot be followed; it is tried again.');
      run.isTold = true;
      await wait(missingMs, signal);
    }
  }
}

interface OpenFile {
  /** The path that is followed; a rotated file has another name by now. */
  readonly path: string;
  readonly handle: FileHandle;
  readonly id: FileId;
}

/** Resolves when the file is shorter than it was, or read to its end and replaced, or on abort. */
async function followOnce(path: string, isFirst: boolean, options: FollowOptions): Promise<void> {
  const place = await readPlace(options.checkpoints, placeName(options.source.cluster, path));
  const next = await nextFile(path, place);
  const handle = await open(next.path, 'r');
  try {
    const stats = await handle.stat({ bigint: true });
    // Renamed in between: what has its name now may not be next.
    if (!isSameFile(fileIdOf(stats), next.id)) return;
    const file = { path, handle, id: next.id };
    const { offset, change } = startOf(place, { id: file.id, size: Number(stats.size) });
    if (change === 'shorter' || (next.isFormerGone && isFirst)) {
      const fields = { path, cluster: options.source.cluster, change, offset: place?.offset };
      options.telemetry.log.warn(
        fields,
        'A log file is not the one it was; what it lost is not looked for.',
      );
    }
    await save(file, offset, options);
    await readOn(file, offset, options);
  } finally {
    await handle.close();
  }
}

async function readOn(file: OpenFile, from: number, options: FollowOptions): Promise<void> {
  const { signal, pollMs = defaultPollMs } = options;
  const buffer = createLineBuffer(maxItemBytes);
  let [at, accepted, wasReplaced] = [from, from, false];
  const settle = async (lines: Lines): Promise<boolean> => {
    if (!(await handOver(lines, options))) return false;
    accepted += lines.completedBytes;
    if (lines.completedBytes > 0) await save(file, accepted, options);
    return true;
  };
  while (!signal.aborted) {
    const { size } = await file.handle.stat();
    if (size < at) return;
    if (size > at) {
      const chunk = await readAt(file.handle, at, Math.min(readBytes, size - at));
      at += chunk.length;
      if (!(await settle(buffer.push(chunk)))) return;
      continue;
    }
    if (wasReplaced) {
      await settle(buffer.flush());
      return;
    }
    // Whoever writes may still hold the old file: it gets one more look after a while.
    wasReplaced = await isReplaced(file);
    await wait(pollMs, signal);
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  // Its own memory each time: lines that are not accepted yet still point into the last one.
  const buffer = Buffer.allocUnsafeSlow(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** A path that names nothing for a moment is in the middle of a rotation. */
async function isReplaced({ path, id }: OpenFile): Promise<boolean> {
  try {
    return !isSameFile(fileIdOf(await stat(path, { bigint: true })), id);
  } catch {
    return false;
  }
}

/** @returns false when it was called off */
async function handOver({ lines, oversized }: Lines, options: FollowOptions): Promise<boolean> {
  const { cluster, origin } = options.source;
  const from = { source: 'kubernetes', cluster, origin, way: 'file' } as const;
  for (let start = 0; start < lines.length; start += maxItems) {
    const items = lines.slice(start, start + maxItems);
    if (!(await deliver({ ...from, items, oversized: [] }, options))) return false;
  }
  return oversized.length === 0 || deliver({ ...from, items: [], oversized }, options);
}

function nameOf({ path }: OpenFile, { source }: FollowOptions): string {
  return placeName(source.cluster, path);
}

/** A checkpoint that can't be written costs repeats after a restart, no events: reading goes on. */
async function save(file: OpenFile, offset: number, options: FollowOptions): Promise<void> {
  const { path, id, handle } = file;
  try {
    const modified = String((await handle.stat({ bigint: true })).mtimeNs);
    await options.checkpoints.write(nameOf(file, options), { path, file: id, offset, modified });
  } catch (error) {
    options.telemetry.log.error({ path, offset, error }, 'A checkpoint was not written.');
  }
}
