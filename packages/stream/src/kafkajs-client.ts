/** A kafkajs client whose sockets can be cut, and whose logs go where ours go. */
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type ISocketFactory, Kafka, type LogEntry, logLevel } from 'kafkajs';
import { type StreamLog } from './types.ts';

export interface KafkajsSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: StreamLog;
}

export interface KafkajsClient {
  readonly kafka: Kafka;
  /** Breaks all connections and opens no more: whatever kafkajs still tries comes to nothing. */
  readonly cut: () => void;
}

/**
 * How often kafkajs itself tries again, a second apart after the first few. What lies beyond is the business
 * of our own loops, which do not end.
 */
export type Patience = 'some seconds' | 'longer than a session';

/**
 * A consumer that outlasts a short outage is still a member of its group afterwards, and goes on at once; a
 * new one would wait until the group has given the old one up.
 */
const retries: Readonly<Record<Patience, number>> = {
  'some seconds': 5,
  'longer than a session': 30,
};

const KEEP_ALIVE_MS = 60_000;

export function openKafkajs(
  { brokers, clientId, log }: KafkajsSettings,
  patience: Patience,
): KafkajsClient {
  const sockets = createSockets();
  const forward = createLogForwarder(log);
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: retries[patience] },
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      if (!sockets.areCut()) forward(entry);
    },
    socketFactory: sockets.open,
  });
  return { kafka, cut: sockets.cut };
}

interface SocketRequest {
  readonly host: string;
  readonly port: number;
  /** Null without TLS, whatever kafkajs' types say. */
  readonly ssl: ConnectionOptions | null;
  readonly onConnect: () => void;
}

function createSockets(): {
  readonly open: ISocketFactory;
  readonly cut: () => void;
  readonly areCut: () => boolean;
} {
  const open = new Set<Socket>();
  let isCut = false;
  return {
    open({ host, port, ssl, onConnect }: SocketRequest) {
      if (isCut) throw new Error('this client has been cut off');
      const servername = isIP(host) === 0 ? { servername: host } : {};
      const socket: Socket = ssl
        ? connectTls({ host, port, ...servername, ...ssl }, onConnect)
        : connect({ host, port }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      socket.setNoDelay(true);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return socket;
    },
    cut() {
      isCut = true;
      // With an error: kafkajs does not listen to `close`, and would wait for answers for ever.
      for (const socket of open) socket.destroy(new Error('the client has been cut off'));
    },
    areCut: () => isCut,
  };
}

/** The same message is passed on once in this time: during an outage kafkajs repeats itself many times a second. */
const REPEAT_MS = 10_000;

/** What it says about every idempotent producer with bounded retries; ours is replaced after any failure. */
const NOT_SAID = 'Limiting retries for the idempotent producer may invalidate EoS guarantees';

/**
 * What kafkajs calls errors it mostly retries itself, and what it gives up comes to us as an error: so they
 * are for information. But this one is the loss of records.
 */
const LOSS = 'Offset out of range, resetting to default offset';

export function createLogForwarder(log: StreamLog): (entry: LogEntry) => void {
  const saidAt = new Map<string, number>();
  return ({ namespace, log: entry }) => {
    const { message } = entry;
    if (message === NOT_SAID) return;
    const key = `${namespace} ${message}`;
    const now = Date.now();
    if (now - (saidAt.get(key) ?? 0) < REPEAT_MS) return;
    if (saidAt.size > 100) saidAt.clear();
    saidAt.set(key, now);
    const details = { client: 'kafkajs', part: namespace, ...entry };
    if (message === LOSS) {
      log.error(details, 'Records were deleted by retention before they were read.');
    } else log.info(details, message);
  };
}
