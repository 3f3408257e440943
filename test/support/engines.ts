import { defaultCacheDir } from '@auditstream/local/dirs';
import { type RunningEngines, startEngines } from '@auditstream/local/engines';
import { type Ports } from '@auditstream/local/ports';
import { type EngineAddresses } from '../../cli/src/pipeline/addresses.ts';

/** The engines that `npm test` has started for this stage. */
export function engineAddresses(): EngineAddresses {
  return {
    brokers: required('AUDITSTREAM_KAFKA_BROKERS').split(','),
    registryUrl: required('AUDITSTREAM_REGISTRY_URL'),
    openSearchUrl: required('AUDITSTREAM_OPENSEARCH_URL'),
  };
}

/** Handles on those engines, to hurt and heal them. */
export function engineHandles(): Promise<RunningEngines> {
  return startEngines({
    cacheDir: defaultCacheDir(process.env, process.getuid?.()),
    dataDir: required('AUDITSTREAM_TEST_ENGINES_DIR'),
    ports: JSON.parse(required('AUDITSTREAM_TEST_ENGINES_PORTS')) as Ports,
  });
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: run this stage by 'npm test -- e2e', which starts engines.`,
    );
  }
  return value;
}
