/** A Kafka of a test's own: other ports, an empty folder, to be killed and restarted at will. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheDir } from '@auditstream/local/dirs';
import { startEngines } from '@auditstream/local/engines';

export interface TestKafka {
  readonly brokers: readonly string[];
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** Starts the broker again on the same data and ports; resolves when it answers. */
  restart(): Promise<void>;
  /** Ends the broker and removes its data. */
  stop(): Promise<void>;
}

export async function startKafka(): Promise<TestKafka> {
  const dataDir = await mkdtemp(join(tmpdir(), 'auditstream-kafka-'));
  // The broker may run as another account, which has to get in.
  await chmod(dataDir, 0o755);
  const [kafka, controller] = await freePorts(2);
  if (kafka === undefined || controller === undefined) throw new Error('No free port was found.');
  const engines = await startEngines({
    cacheDir: defaultCacheDir(process.env, process.getuid?.()),
    dataDir,
    ports: { kafka, controller },
    engines: ['kafka'],
    heap: { kafka: '384m' },
  });
  const broker = engines.engines.kafka;
  if (broker === undefined) throw new Error('Kafka was not started.');
  return {
    brokers: engines.kafkaBrokers.split(','),
    kill: () => broker.kill('SIGKILL'),
    restart: () => broker.restart(),
    async stop() {
      await engines.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Held open until all are known, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(
    servers.map((server) => new Promise((resolve) => server.once('listening', resolve))),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
