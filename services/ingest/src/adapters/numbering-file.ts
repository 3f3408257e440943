/** Keeps in the state folder what the numbering of the next start has to know. docs/continuity.md. */
import { randomBytes } from 'node:crypto';
import { type VoidRange } from '@auditstream/events/sequence';
import { topics } from '@auditstream/events/topics';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { partitionerFor } from '@auditstream/stream/partitioner';
import { createNumbering, type Numbering, type PartitionState } from '../numbering.ts';
import { openCheckpoints } from './checkpoints.ts';
import { wait } from './waiting.ts';

export interface NumberingFileOptions {
  readonly stateFolder: string;
  /** How many partitions audit.ingested has; undefined where there is no such topic. May reject. */
  readonly countPartitions: () => Promise<number | undefined>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

export interface KeptNumbering {
  readonly numbering: Numbering;
  readonly partitions: number;
  /** Writes down how far it came. */
  stop(): Promise<void>;
}

interface Saved {
  readonly ingester: string;
  readonly epoch: number;
  /** Partitions of audit.ingested when it was last asked. */
  readonly count: number | undefined;
  readonly partitions: readonly PartitionState[];
}

const name = 'numbering';
const countLimitMs = 5_000;
const saveEveryMs = 5_000;
const saltBytes = 16;

/** Begins a new epoch. Rejects where the folder can't be used. */
export async function openNumbering(options: NumberingFileOptions): Promise<KeptNumbering> {
  const checkpoints = await openCheckpoints(options.stateFolder);
  const before = readSaved(await checkpoints.read(name));
  const count = await countOf(options, before?.count);
  const ingester = before?.ingester ?? randomBytes(8).toString('hex');
  const epoch = Math.max(options.now(), (before?.epoch ?? 0) + 1);
  const numbering = createNumbering({
    ...{ ingester, epoch, newSalt: createSalts(), partitionOf: partitionerFor(count) },
    before: { partitions: before?.partitions ?? [] },
  });
  const save = (): Promise<void> =>
    checkpoints.write(name, { ingester, epoch, count, ...numbering.state() });
  await save();
  options.telemetry.log.info({ ingester, epoch, partitions: count }, 'An epoch of numbers begins.');
  return { numbering, partitions: count, stop: keepSaving(save, options.telemetry) };
}

/** @returns what ends it, with a last save */
function keepSaving(
  save: () => Promise<void>,
  telemetry: Pick<Telemetry, 'log'>,
): () => Promise<void> {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    do {
      await wait(saveEveryMs, stopping.signal);
      // What is not written makes the next start claim less than there was: no false alarm.
      await save().catch((error: unknown) => {
        telemetry.log.error({ error }, 'The state of the numbers was not written.');
      });
    } while (!stopping.signal.aborted);
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}

async function countOf(
  { countPartitions, telemetry }: NumberingFileOptions,
  last: number | undefined,
): Promise<number> {
  const limit = new AbortController();
  const known = last ?? topics['audit.ingested'].partitions;
  try {
    const tooLate = wait(countLimitMs, limit.signal);
    const count = await Promise.race([countPartitions(), tooLate]);
    if (count !== undefined && count !== known) {
      telemetry.log.warn(
        { before: known, now: count },
        'audit.ingested has another number of partitions: the order of an object begins anew.',
      );
    }
    return count ?? known;
  } catch (error) {
    telemetry.log.warn(
      { error, partitions: known },
      'Kafka did not say how many partitions there are.',
    );
    return known;
  } finally {
    limit.abort();
  }
}

/** Random bytes are dear one by one. */
function createSalts(): () => Buffer {
  const poolBytes = saltBytes * 256;
  let pool = Buffer.alloc(0);
  return () => {
    if (pool.length === 0) pool = randomBytes(poolBytes);
    const salt = pool.subarray(0, saltBytes);
    pool = pool.subarray(saltBytes);
    return salt;
  };
}

/** A file that somebody has spoilt counts as none: then it is another ingester. */
function readSaved(value: unknown): Saved | undefined {
  const { ingester, epoch, count, partitions } = asRecord(value);
  if (typeof ingester !== 'string' || !/^[0-9a-f]{16}$/.test(ingester)) return undefined;
  if (!isCount(epoch) || !Array.isArray(partitions)) return undefined;
  const states = partitions.map(readPartition);
  if (states.includes(undefined)) return undefined;
  const known = states.filter((state) => state !== undefined);
  return { ingester, epoch, count: isCount(count) ? count : undefined, partitions: known };
}

function readPartition(value: unknown): PartitionState | undefined {
  const { partition, durable, voids } = asRecord(value);
  const { epoch, last } = asRecord(durable);
  if (!isCount(partition) || !isCount(epoch) || !isCount(last)) return undefined;
  const ranges = Array.isArray(voids) ? voids.flatMap((range) => readRange(range) ?? []) : [];
  return { partition, durable: { epoch, last }, voids: ranges };
}

function readRange(value: unknown): VoidRange | undefined {
  const { epoch, first, last } = asRecord(value);
  return isCount(epoch) && isCount(first) && isCount(last) ? { epoch, first, last } : undefined;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
