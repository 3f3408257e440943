import { CliError } from '../errors.ts';
import { type Json } from '../adapters/opensearch.ts';

export interface TimeRangeOptions {
  readonly since?: string;
  readonly until?: string;
}

const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * The OpenSearch filters for `--since` and `--until`.
 *
 * @param now epoch milliseconds that ages such as 15m or 7d count back from
 * @throws CliError for what is neither an age nor an RFC 3339 time, and for a span that ends before it begins
 */
export function timeFilters(options: TimeRangeOptions, now: number): readonly Json[] {
  const range: { gte?: string; lte?: string } = {
    ...(options.since === undefined ? {} : { gte: parseTime('--since', options.since, now) }),
    ...(options.until === undefined ? {} : { lte: parseTime('--until', options.until, now) }),
  };
  if (Date.parse(range.gte ?? '') > Date.parse(range.lte ?? '')) {
    throw new CliError(
      `--since ${range.gte} is after --until ${range.lte}: nothing can be between.`,
    );
  }
  return Object.keys(range).length === 0 ? [] : [{ range: { '@timestamp': range } }];
}

function parseTime(option: string, text: string, now: number): string {
  const age = /^(\d{1,6})([smhd])$/.exec(text);
  if (age !== null)
    return new Date(now - Number(age[1]) * (units[age[2] ?? ''] ?? 0)).toISOString();
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return text;
  throw new CliError(
    `${option} is '${text}': give an age such as 15m, 2h or 7d, or a time such as 2026-11-22T01:56:00Z.`,
  );
}
