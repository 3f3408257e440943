/** What is remembered of a partition, as the text that Kafka keeps beside the committed offset. */
import { type Continuity, type Followed, type Missing } from './continuity.ts';

type Row = readonly [ingester: string, epoch: number, sequence: number, missing: MissingRow[]];
type MissingRow = readonly [epoch: number, first: number, last: number, since: number];

/** At most 3,500 bytes. */
export function continuityText(continuity: Continuity): string {
  const rows = continuity.map(({ ingester, epoch, sequence, missing }): Row => [
    ...([ingester, epoch, sequence] as const),
    missing.map((gap): MissingRow => [gap.epoch, gap.first, gap.last, gap.since]),
  ]);
  return JSON.stringify(rows);
}

/** Empty where the text says nothing: then the next record of an ingester is the first. */
export function readContinuity(text: string): Continuity {
  const rows = parse(text);
  return Array.isArray(rows) ? rows.flatMap((row) => readRow(row) ?? []) : [];
}

function readRow(row: unknown): Followed | undefined {
  if (!Array.isArray(row)) return undefined;
  const [ingester, epoch, sequence, missing] = row as readonly unknown[];
  if (typeof ingester !== 'string' || !isCount(epoch) || !isCount(sequence)) return undefined;
  const gaps = Array.isArray(missing) ? missing.flatMap((gap) => readMissing(gap) ?? []) : [];
  return { ingester, epoch, sequence, missing: gaps };
}

function readMissing(row: unknown): Missing | undefined {
  if (!Array.isArray(row)) return undefined;
  const [epoch, first, last, since] = row as readonly unknown[];
  return isCount(epoch) && isCount(first) && isCount(last) && isCount(since)
    ? { epoch, first, last, since }
    : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
