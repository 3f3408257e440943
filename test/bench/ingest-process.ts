/** A real ingest process on the stage's engines, alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@auditstream/runtime/load-config';
import { foldersIn } from '../../cli/src/pipeline/folders.ts';
import { connect } from '../../cli/src/pipeline/pipeline.ts';
import { startService, stopService, waitUntilReady } from '../../cli/src/pipeline/services.ts';
import { setUp } from '../../cli/src/pipeline/set-up.ts';
import { cliSettings } from '../../cli/src/settings.ts';
import { engineAddresses } from '../support/engines.ts';
import { servicePorts } from '../support/ports.ts';
import { webhookSources } from '../support/webhook-source.ts';

export interface IngestProcess {
  readonly url: string;
  /** The value of a metric without labels of its own, as /metrics has it; 0 where there is none. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startIngest(cluster: string): Promise<IngestProcess> {
  const engines = engineAddresses();
  const folders = foldersIn(await mkdtemp(join(tmpdir(), 'auditstream-bench-')));
  await webhookSources([cluster])(folders);
  const env = { ...process.env, ...(await servicePorts()) };
  const config = loadConfig(cliSettings, env);
  const connections = connect(engines);
  await setUp({ ...connections, registryUrl: engines.registryUrl }, () => undefined);
  await connections.openSearch.close();
  const service = await startService('ingest', { engines, folders, config, env });
  await waitUntilReady(service, new AbortController().signal);
  return {
    url: `http://127.0.0.1:${config.ports.ingest}/v1/kubernetes/${cluster}/audit`,
    async metric(name) {
      const page = await (await fetch(`${service.adminUrl}/metrics`)).text();
      const line = page.split('\n').find((text) => text.startsWith(`${name}{`));
      return Number(line?.split(' ').at(-1) ?? 0);
    },
    async stop() {
      await stopService(service);
      await rm(folders.data, { recursive: true, force: true });
    },
  };
}
