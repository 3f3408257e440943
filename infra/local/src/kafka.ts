import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeEngineFolders, replaceFile } from './engine-files.ts';
import { brokerCount } from './kafka-probe.ts';
import { LOOPBACK, type Ports } from './ports.ts';
import { type EngineContext, type EngineSpec, javaOptions } from './spec.ts';

const VERSION = '4.3.0';

/** Room for the largest audit event (8 MiB) in a batch with its envelope. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const LOG4J = `status = warn
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %m (%c{1})%n%throwable
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server
logger.server.level = info
`;

/** Apache Kafka in KRaft mode: one process, broker and controller. */
export const KAFKA: EngineSpec = {
  name: 'kafka',
  title: 'Kafka',
  version: VERSION,
  ports: ['kafka', 'controller'],
  heap: '512m',
  stopGraceMs: 30_000,
  roots: [
    `org.apache.kafka:kafka_2.13:jar:${VERSION}`,
    // Kafka brings log4j but nothing that joins slf4j to it: without this there are no logs.
    'org.apache.logging.log4j:log4j-slf4j-impl:jar:2.25.4',
  ],
  place: () => 'libs',
  prepare,
  command: (context) => ({
    args: [...java(context), 'kafka.Kafka', configFile(context)],
    env: {},
  }),
  address: (ports) => `${LOOPBACK}:${ports.kafka}`,
  isReady: async (ports) => (await brokerCount(LOOPBACK, ports.kafka)) > 0,
};

function java({ heap, dir, home }: EngineContext): string[] {
  const log4j = `-Dlog4j2.configurationFile=${join(dir, 'log4j2.properties')}`;
  return [...javaOptions(heap, join(dir, 'tmp')), log4j, '-cp', join(home, 'libs', '*')];
}

function configFile({ dir }: EngineContext): string {
  return join(dir, 'server.properties');
}

async function prepare(context: EngineContext): Promise<void> {
  const { dir, ports } = context;
  await makeEngineFolders(context, ['data', 'tmp']);
  await replaceFile(join(dir, 'log4j2.properties'), LOG4J);
  await replaceFile(configFile(context), kafkaProperties(ports, join(dir, 'data')));
  if (!(await isFormatted(dir))) await format(context);
}

async function isFormatted(dir: string): Promise<boolean> {
  return access(join(dir, 'data', 'meta.properties')).then(
    () => true,
    () => false,
  );
}

async function format(context: EngineContext): Promise<void> {
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', configFile(context)];
  const args = [...java({ ...context, heap: '64m' }), ...tool];
  const { account } = context;
  const as = account ? { uid: account.uid, gid: account.gid } : {};
  await promisify(execFile)(context.java, args, { cwd: context.dir, env: {}, ...as });
}

/** A Kafka Uuid: 16 random bytes in URL-safe base64, not beginning with a dash. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

/** The broker's configuration: one node, loopback only, topics only where somebody creates them. */
export function kafkaProperties(ports: Ports, dataDir: string): string {
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${LOOPBACK}:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${LOOPBACK}:${ports.kafka},CONTROLLER://${LOOPBACK}:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${ports.kafka}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dataDir,
    'auto.create.topics.enable': 'false',
    'message.max.bytes': MAX_MESSAGE_BYTES,
    'replica.fetch.max.bytes': MAX_MESSAGE_BYTES,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 10,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return `${lines.join('\n')}\n`;
}
