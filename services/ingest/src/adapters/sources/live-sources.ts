/** The sources as their file has them now. docs/ingest.md is the contract. */
import { readFile } from 'node:fs/promises';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Source } from '../../domain/sources.ts';
import { parseSources } from './sources-file.ts';

export interface LiveSources {
  /** Those of the last file that could be used; the same list until they change. */
  readonly current: () => readonly Source[];
  /**
   * Looks at the file. What has changed counts once two looks have seen the same, as it may be half written.
   * A file that can't be used is logged, and changes nothing. Never rejects.
   */
  refresh(): Promise<void>;
}

/** @throws SourcesFileError; or what reading the file throws */
export async function openSources(
  path: string,
  telemetry: Pick<Telemetry, 'count' | 'log'>,
): Promise<LiveSources> {
  let judged = await readFile(path, 'utf8');
  let seen = judged;
  let sources = parseSources(path, judged);
  const judge = (text: string): void => {
    judged = text;
    try {
      sources = parseSources(path, text);
      telemetry.count('ingest_sources_reloads_total', { result: 'taken' });
      telemetry.log.info({ sources: sources.length }, 'The sources have changed.');
    } catch (error) {
      telemetry.count('ingest_sources_reloads_total', { result: 'refused' });
      telemetry.log.error({ error }, 'The sources stay as they were: their file cannot be used.');
    }
  };
  return {
    current: () => sources,
    async refresh() {
      // A file that is being replaced may not be there for a moment.
      const text = await readFile(path, 'utf8').catch(() => judged);
      if (text === seen && text !== judged) judge(text);
      seen = text;
    },
  };
}
