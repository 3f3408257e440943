import { type Condition } from './condition.ts';
import { type Level } from './level.ts';
import { type Logsource } from './logsource.ts';
import { type Search } from './search.ts';

/** Sigma rules specification 2.1.0, "Status". */
export const statuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;

export type Status = (typeof statuses)[number];

/** The searches of a rule by name, in the order of the file, and how they are combined. */
export interface Detection {
  readonly searches: ReadonlyMap<string, Search>;
  readonly condition: Condition;
}

/** A Sigma rule (specification 2.1.0) that has been checked whole. */
export interface SigmaRule {
  readonly id: string | undefined;
  readonly title: string;
  readonly status: Status | undefined;
  readonly description: string | undefined;
  readonly license: string | undefined;
  readonly references: readonly string[];
  readonly author: string | undefined;
  readonly date: string | undefined;
  readonly modified: string | undefined;
  readonly tags: readonly string[];
  readonly logsource: Logsource;
  readonly level: Level;
  readonly falsepositives: readonly string[];
  readonly detection: Detection;
}
