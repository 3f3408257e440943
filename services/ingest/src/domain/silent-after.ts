/** How long a source may be silent before that is told. docs/notices.md has the rule. */

/** Milliseconds. */
export type SilentAfter = number | 'never';

const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Silence is looked for every 5 s: what is shorter than two looks can't be told from none. */
const bounds = { leastMs: 10_000, mostMs: 366 * 86_400_000 } as const;

/** @returns undefined where it is neither `never` nor a duration such as 90s, 15m, 2h or 7d, from 10s to 366d */
export function parseSilentAfter(text: string): SilentAfter | undefined {
  if (text === 'never') return text;
  const [, count = '', unit = ''] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (units[unit] ?? 0);
  return ms >= bounds.leastMs && ms <= bounds.mostMs ? ms : undefined;
}

/** As people write it: in the largest unit that leaves no rest. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [unit, size] =
    Object.entries(units).findLast(([, one]) => seconds > 0 && (seconds * 1_000) % one === 0) ??
    (['s', 1_000] as const);
  return `${(seconds * 1_000) / size}${unit}`;
}
