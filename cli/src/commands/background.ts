import { engineStatus, stopFromState } from '@auditstream/local/control';
import { isAlive } from '@auditstream/local/process';
import { composeStop } from '../pipeline/docker.ts';
import { stopServices } from '../pipeline/pipeline.ts';
import { readiness } from '../pipeline/services.ts';
import { type PipelineState, readState } from '../pipeline/state-file.ts';
import { renderTable } from '../view/table.ts';
import { type EngineOptions, dataDir, say, startFromEnvironment } from './engine-options.ts';

/** Brings the pipeline up and leaves it running in the background. */
export async function up(options: EngineOptions, signal: AbortSignal): Promise<void> {
  const pipeline = await startFromEnvironment(options, signal);
  await pipeline.openSearch.close();
  say(`Up. Sources: ${pipeline.folders.sourcesFile}; 'npx auditstream down' stops it.`);
}

/** Stops what `up` or `start` started on this data folder, and nothing else. */
export async function down(): Promise<void> {
  const state = await readState(dataDir());
  if (state !== undefined) {
    await stopServices(state.services, dataDir());
    say(`stopped ${state.services.map(({ name }) => name).join(', ')}`);
  }
  if (state?.engines === 'docker' && state.ownsEngines) await composeStop();
  const engines = await stopFromState(dataDir());
  if (engines.length > 0) say(`stopped ${engines.join(', ')}`);
  if (state === undefined && engines.length === 0) say('Nothing was running.');
}

export interface PartStatus {
  readonly name: string;
  readonly state: 'ready' | 'unready' | 'stopped';
  readonly detail: string;
}

/** What runs on this data folder. @returns rows for people and scripts alike */
export async function status(): Promise<readonly PartStatus[]> {
  const engines = await engineStatus(dataDir());
  const state = await readState(dataDir());
  return [
    ...engines.map((engine): PartStatus => {
      const detail = engine.state === 'stopped' ? '' : `${engine.address} pid ${engine.pid}`;
      return { name: engine.name, state: engine.state, detail };
    }),
    ...(await Promise.all((state?.services ?? []).map(serviceStatus))),
  ];
}

export function renderStatus(rows: readonly PartStatus[]): string {
  return renderTable(
    ['NAME', 'STATE', ''],
    rows.map(({ name, state, detail }) => [name, state, detail]),
  );
}

async function serviceStatus(service: PipelineState['services'][number]): Promise<PartStatus> {
  const { name, adminUrl, ref, logPath } = service;
  if (!(await isAlive(ref))) return { name, state: 'stopped', detail: `log: ${logPath}` };
  const answer = await readiness(adminUrl);
  if (answer.ready) return { name, state: 'ready', detail: `${adminUrl} pid ${ref.pid}` };
  return { name, state: 'unready', detail: answer.reason };
}
