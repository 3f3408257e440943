/** Follows one log: the file that a path names, across rotation of every kind and across restarts. */
import { stat } from 'node:fs/promises';
import { fileIdOf, isSameFile } from './file-place.ts';
import { type FollowOptions } from './follow-options.ts';
import { type LogRun, openRun } from './log-run.ts';
import { type OpenedPiece, openNext } from './open-next.ts';
import { wait } from '../waiting.ts';

/**
 * Resolves when the signal is aborted, or the path has named nothing for a while and may be let go; whatever
 * goes wrong before, it is tried again.
 */
export async function followFile(path: string, options: FollowOptions): Promise<void> {
  const { signal, telemetry, source, times, backlog } = options;
  let run: LogRun | undefined;
  let isTold = false;
  while (!signal.aborted && run?.isLetGo !== true) {
    try {
      run ??= await openRun(path, options);
      await followOnce(run, options);
      isTold = false;
    } catch (error) {
      const fields = { path, cluster: source.cluster, error };
      if (!isTold) telemetry.log.warn(fields, 'A log file cannot be followed; it is tried again.');
      isTold = true;
      if (run !== undefined) await letGoIfMissing(run, options);
      await wait(times.missingMs, signal);
    }
  }
  await run?.keep();
  backlog.report(path, 0);
}

/** Resolves when the file is not what it was, or read to its end and replaced, or on abort. */
async function followOnce(run: LogRun, options: FollowOptions): Promise<void> {
  const opened = await openNext(run);
  if (opened === undefined) {
    await wait(options.times.pollMs, options.signal);
    return;
  }
  try {
    const outcome = await readOn(run, opened, options);
    await run.keep();
    if (outcome === 'changed') await wait(options.times.pollMs, options.signal);
  } finally {
    await opened.piece.close();
  }
}

async function readOn(
  run: LogRun,
  opened: OpenedPiece,
  options: FollowOptions,
): Promise<'changed' | 'stopped' | 'ended'> {
  const { signal, times, gate } = options;
  let isLastLook = false;
  while (!signal.aborted) {
    const step = await gate.run(() => opened.reading.step());
    await run.note(opened);
    if (step === 'changed' || step === 'stopped') return step;
    if (step === 'read') continue;
    await run.keep();
    // Whoever writes may still hold the old file: it gets one more look after a while.
    if (isLastLook || opened.piece.isCompressed) return finish(run, opened, options);
    isLastLook = await isOver(run, opened, options);
    await wait(times.pollMs, signal);
  }
  return 'stopped';
}

async function finish(
  run: LogRun,
  opened: OpenedPiece,
  { gate }: FollowOptions,
): Promise<'changed' | 'stopped' | 'ended'> {
  const step = await gate.run(() => opened.reading.finish());
  if (step === 'changed' || step === 'stopped') return step;
  await run.noteDone(opened);
  return 'ended';
}

/** A path that names nothing for a moment is in the middle of a rotation. */
async function isOver(run: LogRun, opened: OpenedPiece, options: FollowOptions): Promise<boolean> {
  const now = options.now();
  const current = await stat(run.path, { bigint: true }).catch(() => undefined);
  if (current === undefined) return opened.isRotated || letGoIfMissing(run, options);
  run.missingSince = undefined;
  if (isSameFile(fileIdOf(current), opened.id)) return false;
  // An empty file may have been made before the writer knows of it, and a line's end may still be on its way.
  const isSettled = current.size > 0n && !opened.reading.isInLine();
  run.unsettledSince = isSettled ? undefined : (run.unsettledSince ?? now);
  return isSettled || now - (run.unsettledSince ?? now) >= options.times.lingerMs;
}

async function letGoIfMissing(run: LogRun, options: FollowOptions): Promise<boolean> {
  const isThere = await stat(run.path).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
  run.missingSince = isThere ? undefined : (run.missingSince ?? options.now());
  if (run.missingSince === undefined || !options.mayLetGo) return false;
  run.isLetGo = options.now() - run.missingSince >= options.times.letGoMs;
  return run.isLetGo;
}
