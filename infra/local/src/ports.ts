import { connect, createServer } from 'node:net';
import { LocalEngineError } from './errors.ts';

export const LOOPBACK = '127.0.0.1';

/** Where each engine listens, always on 127.0.0.1. */
export interface Ports {
  readonly kafka: number;
  readonly controller: number;
  readonly registry: number;
  readonly registryManagement: number;
  readonly opensearch: number;
  readonly opensearchTransport: number;
}
export type PortName = keyof Ports;

export const DEFAULT_PORTS: Ports = {
  kafka: 9092,
  controller: 9093,
  registry: 8081,
  registryManagement: 9081,
  opensearch: 9200,
  opensearchTransport: 9300,
};

/** The environment variable that moves each port. */
export const PORT_SETTINGS: Readonly<Record<PortName, `AUDITSTREAM_${string}`>> = {
  kafka: 'AUDITSTREAM_KAFKA_PORT',
  controller: 'AUDITSTREAM_KAFKA_CONTROLLER_PORT',
  registry: 'AUDITSTREAM_REGISTRY_PORT',
  registryManagement: 'AUDITSTREAM_REGISTRY_MANAGEMENT_PORT',
  opensearch: 'AUDITSTREAM_OPENSEARCH_PORT',
  opensearchTransport: 'AUDITSTREAM_OPENSEARCH_TRANSPORT_PORT',
};

/** What listens on each port, for people. */
export const PORT_USES: Readonly<Record<PortName, string>> = {
  kafka: 'Kafka',
  controller: "Kafka's controller",
  registry: 'the schema registry',
  registryManagement: "the schema registry's management interface",
  opensearch: 'OpenSearch',
  opensearchTransport: "OpenSearch's transport",
};

/** Ports from the environment, defaults elsewhere. Throws `setting-invalid`. */
export function portsFromEnv(env: Readonly<Record<string, string | undefined>>): Ports {
  const ports: Record<PortName, number> = { ...DEFAULT_PORTS };
  for (const name of Object.keys(PORT_SETTINGS) as PortName[]) {
    const text = env[PORT_SETTINGS[name]];
    if (text !== undefined && text !== '') ports[name] = parsePort(PORT_SETTINGS[name], text);
  }
  return ports;
}

function parsePort(setting: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new LocalEngineError(
    'setting-invalid',
    `${setting} is "${text}": it has to be a port number from 1 to 65535.`,
  );
}

/** Throws `port-in-use` for the first of these ports that something already listens on. */
export async function assertPortsFree(ports: Ports, names: readonly PortName[]): Promise<void> {
  for (const name of names) {
    if (!(await isPortFree(ports[name]))) {
      throw new LocalEngineError('port-in-use', portInUseMessage(name, ports[name]));
    }
  }
}

/** One sentence: which port, for what, and which setting moves it. */
function portInUseMessage(name: PortName, port: number): string {
  return (
    `Port ${port} on ${LOOPBACK}, meant for ${PORT_USES[name]}, is in use: stop what listens there, or ` +
    `set ${PORT_SETTINGS[name]} to a free port.`
  );
}

/** A bind alone doesn't see a listener on all interfaces on every system, so a connect asks too. */
export async function isPortFree(port: number): Promise<boolean> {
  return !(await answers(port)) && (await bindable(port));
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port });
    const settle = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(1000, () => {
      settle(true);
    });
    socket.once('connect', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
  });
}

function bindable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * `count` different ports of 127.0.0.1 that were free a moment ago. For tests: another process may
 * take one before it is used.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => {
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
  await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
        }),
    ),
  );
  return ports;
}

/** A full set of free ports, for tests. */
export async function freeEnginePorts(): Promise<Ports> {
  const names = Object.keys(DEFAULT_PORTS) as PortName[];
  const free = await freePorts(names.length);
  const ports: Record<PortName, number> = { ...DEFAULT_PORTS };
  names.forEach((name, index) => (ports[name] = free[index] ?? ports[name]));
  return ports;
}

function listenAnywhere(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port: 0 }, () => {
      resolve(server);
    });
  });
}
