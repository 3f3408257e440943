import { loadConfig } from '@auditstream/runtime/load-config';
import { connect } from '../pipeline/pipeline.ts';
import { setUp } from '../pipeline/set-up.ts';
import { cliSettings } from '../settings.ts';
import { say } from './engine-options.ts';

/** Prepares engines that run elsewhere; what `start` and `up` do by themselves. */
export async function prepareEngines(): Promise<void> {
  const { kafka, registry, openSearch } = loadConfig(cliSettings, process.env);
  const connections = connect({
    brokers: kafka.brokers,
    registryUrl: registry.url,
    openSearchUrl: openSearch.url,
  });
  try {
    await setUp({ ...connections, registryUrl: registry.url }, say);
  } finally {
    await connections.openSearch.close();
  }
}
