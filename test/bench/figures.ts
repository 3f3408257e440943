/** Figures of several runs, and how they are printed. */

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: at(sorted, 0), median: at(sorted, (sorted.length - 1) >> 1), max: at(sorted, -1) };
}

/** The value that this share of all values does not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return at(sorted, Math.max(0, Math.ceil(sorted.length * share) - 1));
}

/** `median (min–max)`, each rounded. */
export function spreadText({ min, median, max }: Spread, digits = 0): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function at(sorted: readonly number[], index: number): number {
  return sorted.at(index) ?? 0;
}
