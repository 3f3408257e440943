/** Empties the spool into Kafka, in order. docs/ingest.md is the contract. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { StreamError } from '@auditstream/stream/errors';
import { type OutgoingRecord, type RecordProducer } from '@auditstream/stream/types';
import { unknownSource } from './domain/sources.ts';
import { type SpoolEvent } from './domain/spool-mode.ts';
import { type Numbering } from './numbering.ts';
import { type Spool, type SpoolBatch, type SpoolPlace } from './spool.ts';

/** What became of a send. */
export type Fate =
  | { readonly type: 'acknowledged' }
  /** All others are acknowledged. */
  | { readonly type: 'too-large'; readonly records: readonly OutgoingRecord[] }
  | { readonly type: 'failed'; readonly error: unknown };

/** A send that had not been decided when the spool took over. */
export interface Undecided {
  readonly records: readonly OutgoingRecord[];
  readonly fate: Promise<Fate>;
  /** Where its records end in the spool; null where they are not in there. */
  readonly stored: Promise<SpoolPlace | null>;
}

export interface DrainPorts {
  readonly numbering: Numbering;
  readonly producer: RecordProducer;
  readonly spool: Spool;
  /** The dead letters of records that were called accepted and turn out to be too large for their topic. */
  readonly lettersOf: (refused: readonly OutgoingRecord[]) => Promise<readonly OutgoingRecord[]>;
  /** Waits after a failure, or until the signal; `attempt` is 0 after the first in a row. */
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
  readonly telemetry: Pick<Telemetry, 'count' | 'log'>;
}

export interface Draining extends DrainPorts {
  /** In the order in which they were sent, and in which they are in the spool before anything else. */
  readonly undecided: readonly Undecided[];
  readonly happened: (event: SpoolEvent, fields?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
}

/** What fits into one request of the producer. */
const batchBytes = 900_000;

/** Resolves when the spool is empty and everything is decided, or after the signal. Never rejects. */
export async function drainSpool(draining: Draining): Promise<void> {
  const { spool, happened, pause, signal, telemetry } = draining;
  const isOver = (): boolean => signal.aborted;
  await skipAcknowledged(draining);
  for (let failures = 0; !isOver();) {
    try {
      const batch = await spool.read(batchBytes);
      if (batch === null) {
        if (!spool.isEmpty()) continue;
        happened('emptied');
        return;
      }
      await deliver(batch, draining);
      failures = 0;
    } catch (error) {
      if (isOver()) return;
      happened('unacknowledged', { error });
      if (failures === 0) telemetry.log.warn({ error }, 'The spool could not be drained further.');
      await pause(failures, signal);
      failures += 1;
    }
  }
}

/** The producer decides in order: what it has acknowledged of the undecided is the head of the spool. */
async function skipAcknowledged(draining: Draining): Promise<void> {
  const { undecided, spool, happened } = draining;
  const fates = await unlessStopped(Promise.all(undecided.map(({ fate }) => fate)), draining);
  for (const [index, { stored, records }] of undecided.entries()) {
    const place = await stored;
    if (place === null) continue;
    if (fates?.[index]?.type !== 'acknowledged') return;
    await spool.advance(place, records.length);
    happened('drained');
  }
}

/** @throws unless everything is acknowledged, and the head moved behind it */
async function deliver(batch: SpoolBatch, draining: Draining): Promise<void> {
  const { producer, spool, happened } = draining;
  const fate = await unlessStopped(fateOf(producer.send(batch.records)), draining);
  switch (fate?.type) {
    case undefined:
      throw new Error('Stopped before Kafka acknowledged.');
    case 'failed':
      throw fate.error;
    case 'too-large':
      await giveUp(fate.records, draining);
      break;
    case 'acknowledged':
  }
  await spool.advance(batch.end, batch.records.length);
  happened('drained');
}

async function giveUp(refused: readonly OutgoingRecord[], draining: Draining): Promise<void> {
  const { lettersOf, producer, telemetry } = draining;
  await producer.send(await lettersOf(refused));
  draining.numbering.gaveUp(refused);
  const labels = { source_name: unknownSource, reason: 'too-large' };
  telemetry.count('ingest_rejections_total', labels, refused.length);
  telemetry.log.error(
    { records: refused.length },
    'Records that were accepted are too large for their topic (max.message.bytes): they became dead letters.',
  );
}

/** Never rejects. */
export async function fateOf(sent: Promise<void>): Promise<Fate> {
  try {
    await sent;
    return { type: 'acknowledged' };
  } catch (error) {
    return error instanceof StreamError && error.code === 'record-too-large'
      ? { type: 'too-large', records: error.records }
      : { type: 'failed', error };
  }
}

/** What is under way gets this long, in milliseconds, once it is to stop; longer, and it is done again later. */
const stopGraceMs = 1_000;

async function unlessStopped<T>(
  work: Promise<T>,
  { signal }: Pick<Draining, 'signal'>,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let giveUpOn = (): void => undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    giveUpOn = (): void => {
      timer = setTimeout(resolve, stopGraceMs, undefined);
    };
    if (signal.aborted) giveUpOn();
    else signal.addEventListener('abort', giveUpOn);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUpOn);
  }
}
