/** Tells what the searches for the log files of a source find, each thing once for as long as it lasts. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type LogSource } from '../../domain/sources.ts';

export interface SearchResult {
  readonly matched: number;
  readonly followed: number;
  /** Files that are not followed because too many are. */
  readonly over: number;
}

export interface SearchTeller {
  found(result: SearchResult): void;
  failed(error: unknown): void;
}

export function createSearchTeller(
  { cluster, files }: LogSource,
  telemetry: Pick<Telemetry, 'log' | 'set'>,
): SearchTeller {
  let lasting = '';
  const tell = (what: string, fields: Readonly<Record<string, unknown>>, message: string): void => {
    if (what !== lasting) telemetry.log.warn({ cluster, ...fields }, message);
    lasting = what;
  };
  return {
    found({ matched, followed, over }) {
      telemetry.set('ingest_log_files', { cluster, state: 'followed' }, followed);
      telemetry.set('ingest_log_files', { cluster, state: 'over_limit' }, over);
      if (over > 0) {
        const message =
          'More log files match than are followed at once: the others wait. Match fewer files.';
        tell('over', { followed, over }, message);
      } else if (matched === 0) tell('none', { files }, 'No log file matches.');
      else lasting = '';
    },
    failed(error) {
      tell('failed', { files, error }, 'Log files cannot be searched for; it is tried again.');
    },
  };
}
