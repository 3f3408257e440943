/** The levels of a rule (Sigma rules specification 2.1.0, "Level"), mildest first. */
export const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const;

export type Level = (typeof levels)[number];

/** The level of a rule that states none. */
export const defaultLevel: Level = 'medium';

const severities: Readonly<Record<Level, number>> = {
  informational: 5,
  low: 21,
  medium: 47,
  high: 73,
  critical: 99,
};

/** The number, 0 to 100, that detections carry beside the level so that they can be sorted. */
export function severityOf(level: Level): number {
  return severities[level];
}

/** Tells whether a text is a level as the specification spells it. */
export function isLevel(text: string): text is Level {
  return (levels as readonly string[]).includes(text);
}
