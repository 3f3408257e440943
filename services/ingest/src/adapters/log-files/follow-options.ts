import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept } from '../../delivery.ts';
import { type Notify } from '../../domain/notice.ts';
import { type LogSource } from '../../domain/sources.ts';
import { type Checkpoints } from '../checkpoints.ts';
import { type Gate } from './gate.ts';
import { type Backlog } from './log-progress.ts';
import { type Begin } from './rotation.ts';
import { type Backoff } from '../waiting.ts';

/** What it takes to follow one path. */
export interface FollowOptions {
  readonly source: LogSource;
  /** Where to begin without a checkpoint. */
  readonly begin: Begin;
  readonly accept: Accept;
  readonly notify: Notify;
  readonly checkpoints: Checkpoints;
  readonly telemetry: Pick<Telemetry, 'log' | 'count' | 'set'>;
  readonly signal: AbortSignal;
  /** Bounds how many files are read and handed over at once. */
  readonly gate: Gate;
  readonly backlog: Backlog;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly times: FollowTimes;
  /** Whether to end when the path has named nothing for a while. */
  readonly mayLetGo: boolean;
  readonly backoff?: Backoff;
}

/** Milliseconds. */
export interface FollowTimes {
  /** Between looks at a file that has nothing new. */
  readonly pollMs: number;
  /** Until a file that cannot be read is tried again. */
  readonly missingMs: number;
  /** Between two checkpoints of a file that is read on and on. */
  readonly checkpointMs: number;
  /** In which a writer may go on with a file whose name an empty one has, or end its last line. */
  readonly lingerMs: number;
  /** After which a path that names nothing is let go. */
  readonly letGoMs: number;
  /** Between two lines on how far catching up has come. */
  readonly progressMs: number;
}

export const followTimes: FollowTimes = {
  pollMs: 250,
  missingMs: 1_000,
  checkpointMs: 500,
  lingerMs: 5_000,
  letGoMs: 60_000,
  progressMs: 30_000,
};
