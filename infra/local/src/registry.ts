import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeEngineFolders } from './engine-files.ts';
import { LocalEngineError } from './errors.ts';
import { getJson } from './http-probe.ts';
import { LOOPBACK, type Ports } from './ports.ts';
import { type EngineContext, type EngineSpec, javaOptions } from './spec.ts';

const VERSION = '3.3.3';
const ARCHIVE = `apicurio-registry-app-${VERSION}-all.tar.gz`;

/** Apicurio Registry; it keeps the schemas in Kafka, so Kafka has to be up first. */
export const REGISTRY: EngineSpec = {
  name: 'registry',
  title: 'The schema registry',
  version: VERSION,
  ports: ['registry', 'registryManagement'],
  heap: '256m',
  stopGraceMs: 20_000,
  roots: [`io.apicurio:apicurio-registry-app:tar.gz:all:${VERSION}`],
  place: () => '.',
  completeHome: unpack,
  prepare: (context) => makeEngineFolders(context, ['tmp']),
  command: (context) => ({
    args: [
      ...javaOptions(context.heap, join(context.dir, 'tmp')),
      '-jar',
      join(context.home, 'quarkus-run.jar'),
    ],
    env: registryEnvironment(context),
  }),
  address: registryUrl,
  isReady: async (ports) => Array.isArray(await getJson(`${registryUrl(ports)}/subjects`)),
};

/** The Confluent-compatible API. */
function registryUrl(ports: Ports): string {
  return `http://${LOOPBACK}:${ports.registry}/apis/ccompat/v7`;
}

/** Settings of Apicurio and Quarkus: loopback only, also for the management interface. */
export function registryEnvironment({
  ports,
  dir,
}: Pick<EngineContext, 'ports' | 'dir'>): Record<string, string> {
  return {
    APICURIO_STORAGE_KIND: 'kafkasql',
    APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: `${LOOPBACK}:${ports.kafka}`,
    // At start it polls twice for a snapshot, and would wait 5 s each time. One that is missed
    // costs nothing: the journal is read from its beginning.
    APICURIO_KAFKASQL_CONSUMER_POLL_TIMEOUT: '1000',
    APICURIO_STORAGE_SNAPSHOT_LOCATION: join(dir, 'tmp'),
    QUARKUS_HTTP_ACCESS_LOG_ENABLED: 'false',
    QUARKUS_LOG_CATEGORY__ORG_APACHE_KAFKA__LEVEL: 'WARN',
    QUARKUS_LOG_CONSOLE_FORMAT: '%d{yyyy-MM-dd HH:mm:ss,SSS} %p %s (%c{1})%e%n',
    QUARKUS_HTTP_HOST: LOOPBACK,
    QUARKUS_HTTP_PORT: String(ports.registry),
    QUARKUS_MANAGEMENT_HOST: LOOPBACK,
    QUARKUS_MANAGEMENT_PORT: String(ports.registryManagement),
  };
}

async function unpack(home: string): Promise<void> {
  try {
    await promisify(execFile)('tar', ['-xzf', join(home, ARCHIVE), '-C', home, '--no-same-owner']);
  } catch (error) {
    const message = `${ARCHIVE} couldn't be unpacked into ${home}: see that tar is installed and the disk isn't full.`;
    throw new LocalEngineError('unpack-failed', message, error);
  }
  await rm(join(home, ARCHIVE));
}
