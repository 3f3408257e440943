/** Reads the journal of a Docker authorization plugin. docs/docker-authz.md is the contract. */
import { open } from 'node:fs/promises';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept } from '../../delivery.ts';
import { type JournalGap, readJournalLine } from '../../domain/docker-authz-event.ts';
import { createLineBuffer, type Lines } from '../../domain/line-buffer.ts';
import { type Notify } from '../../domain/notice.ts';
import { maxItemBytes } from '../../domain/rejection.ts';
import { type AuthzSource, sourceName } from '../../domain/sources.ts';
import { type JournalPlace, listSegments, segmentPath, writeConsumed } from './authz-segments.ts';
import { type Checkpoints } from '../checkpoints.ts';
import { deliver } from '../deliver.ts';
import { type Backoff, wait } from '../waiting.ts';

export interface AuthzJournalOptions {
  readonly source: AuthzSource;
  readonly accept: Accept;
  readonly checkpoints: Checkpoints;
  readonly telemetry: Pick<Telemetry, 'log'>;
  /** Tells of events that the plugin could not keep. */
  readonly notify: Notify;
  /** Milliseconds between looks at a journal that has nothing new; 200 if not given. */
  readonly pollMs?: number;
  readonly backoff?: Backoff;
}

export interface ReadingJournal {
  /** Resolves when nothing is read or handed over any more. */
  stop(): Promise<void>;
}

type Run = AuthzJournalOptions & { readonly signal: AbortSignal };

const readBytes = 1024 * 1024;
const maxItems = 2_000;
const defaultPollMs = 200;
const missingMs = 1_000;

/** Reads one journal until it is stopped. Rejects where the checkpoint can't be read. */
export async function startAuthzJournal(options: AuthzJournalOptions): Promise<ReadingJournal> {
  const from = await readPlace(options);
  const stopping = new AbortController();
  const reading = readUntilAborted(from, { ...options, signal: stopping.signal });
  return {
    async stop() {
      stopping.abort();
      await reading;
    },
  };
}

async function readUntilAborted(from: JournalPlace, run: Run): Promise<void> {
  const { signal, telemetry, source } = run;
  let [place, isTold] = [from, false];
  while (!signal.aborted) {
    try {
      place = await readSegment(place, run);
      isTold = false;
    } catch (error) {
      const fields = { cluster: source.cluster, journal: source.journal, error };
      if (!isTold) telemetry.log.warn(fields, 'A journal cannot be read; it is tried again.');
      isTold = true;
      place = await readPlace(run).catch(() => place);
      await wait(missingMs, signal);
    }
  }
}

/** Reads what there is from a place on. @returns the place to go on at */
async function readSegment(place: JournalPlace, run: Run): Promise<JournalPlace> {
  const { source, signal, telemetry, pollMs = defaultPollMs } = run;
  const segments = await listSegments(source.journal);
  const current = segments.find((number) => number >= place.segment) ?? segments[0];
  if (current === undefined) {
    await wait(pollMs, signal);
    return place;
  }
  if (current < place.segment) {
    telemetry.log.warn({ journal: source.journal, place }, 'A journal was begun anew.');
  }
  const start = current === place.segment ? place.offset : 0;
  const end = await readFile(current, start, run);
  const next = segments.find((number) => number > current);
  // The list is older than what was read: a segment that another follows has nothing more.
  if (next === undefined || signal.aborted) {
    if (end.accepted === start) await wait(pollMs, signal);
    return { segment: current, offset: end.accepted };
  }
  if (end.heldBytes > 0) {
    const fields = { journal: source.journal, segment: current, bytes: end.heldBytes };
    telemetry.log.info(fields, 'A segment ends with half a line: nobody was answered for it.');
  }
  await save({ segment: next, offset: 0 }, run);
  return { segment: next, offset: 0 };
}

interface End {
  /** Offset behind the last line that is accepted. */
  readonly accepted: number;
  /** What follows it and is no whole line. */
  readonly heldBytes: number;
}

async function readFile(segment: number, from: number, run: Run): Promise<End> {
  const handle = await open(segmentPath(run.source.journal, segment), 'r');
  const buffer = createLineBuffer(maxItemBytes);
  let [at, accepted] = [from, from];
  try {
    while (!run.signal.aborted) {
      // Its own memory each time: lines that are not accepted yet still point into the last one.
      const chunk = Buffer.allocUnsafeSlow(readBytes);
      const { bytesRead } = await handle.read(chunk, 0, readBytes, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      const lines = buffer.push(chunk.subarray(0, bytesRead));
      if (!(await handOver(lines, run))) break;
      accepted += lines.completedBytes;
      if (lines.completedBytes > 0) await save({ segment, offset: accepted }, run);
    }
    return { accepted, heldBytes: at - accepted };
  } finally {
    await handle.close();
  }
}

/** @returns false when it was called off */
async function handOver({ lines, oversized }: Lines, run: Run): Promise<boolean> {
  const { cluster, origin } = run.source;
  const named = { sourceName: sourceName(run.source), cluster, origin };
  const from = { ...named, source: 'docker', way: 'authorization' } as const;
  const read = lines.map((line) => ({ line, is: readJournalLine(line) }));
  for (const { is } of read) if (is.type === 'gap') await tell(is.gap, run);
  // A stop may have called a notice off.
  if (run.signal.aborted) return false;
  const items = read.filter(({ is }) => is.type === 'item').map(({ line }) => line);
  for (let start = 0; start < items.length; start += maxItems) {
    const delivery = { ...from, items: items.slice(start, start + maxItems), oversized: [] };
    if (!(await deliver(delivery, run))) return false;
  }
  return oversized.length === 0 || deliver({ ...from, items: [], oversized }, run);
}

async function tell(gap: JournalGap, { source, notify }: Run): Promise<void> {
  const { reason, count, from, to } = gap;
  await notify({
    action: 'source-gap',
    cluster: source.cluster,
    subject: { type: 'docker-authz', name: source.journal },
    ...{ from, to },
    message: `The authorization plugin could not keep ${count} API calls (${reason}): look at its disk, and at how long ingest was away.`,
    details: { reason, count: String(count) },
  });
}

function nameOf({ source }: AuthzJournalOptions): string {
  return `docker-authz ${source.cluster} ${source.journal}`;
}

async function readPlace(options: AuthzJournalOptions): Promise<JournalPlace> {
  const value = (await options.checkpoints.read(nameOf(options))) as
    Partial<JournalPlace> | undefined;
  const { segment, offset } = value ?? {};
  const isWhole = Number.isSafeInteger(segment) && Number.isSafeInteger(offset);
  return isWhole ? { segment: segment ?? 0, offset: offset ?? 0 } : { segment: 0, offset: 0 };
}

/** What can't be written costs repeats after a restart, and the plugin disk space; no events. */
async function save(place: JournalPlace, options: AuthzJournalOptions): Promise<void> {
  const { checkpoints, source, telemetry } = options;
  try {
    await checkpoints.write(nameOf(options), place);
    await writeConsumed(source.journal, place);
  } catch (error) {
    telemetry.log.error({ place, error }, 'How far a journal was read is not on record.');
  }
}
