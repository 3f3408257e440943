import { connect } from 'node:net';

const METADATA_API = 3;
const METADATA_VERSION = 1;
const TIMEOUT_MS = 2000;

/**
 * How many brokers take part in the cluster, by the word of the one at this address: a broker
 * answers a while before it is unfenced, and counts itself only from then on. 0 where nothing
 * (or nothing sensible) answers. A Metadata request, version 1 (Kafka protocol guide).
 */
export function brokerCount(host: string, port: number): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    const settle = (count: number): void => {
      socket.destroy();
      resolve(count);
    };
    socket.setTimeout(TIMEOUT_MS, () => {
      settle(0);
    });
    socket.once('error', () => {
      settle(0);
    });
    socket.once('close', () => {
      settle(0);
    });
    socket.once('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const count = brokersInResponse(received);
      if (count !== undefined) settle(count);
    });
  });
}

/** Size, then header version 1 (api, version, correlation id, client id), then no topics. */
export function metadataRequest(): Buffer {
  const client = Buffer.from('auditstream-probe');
  const body = Buffer.alloc(4 + 2 + 2 + 4 + 2 + client.length + 4);
  let at = body.writeInt32BE(body.length - 4, 0);
  at = body.writeInt16BE(METADATA_API, at);
  at = body.writeInt16BE(METADATA_VERSION, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(client.length, at);
  at += client.copy(body, at);
  body.writeInt32BE(0, at);
  return body;
}

/** The length of the brokers array: after the size and the correlation id. Undefined until it is there. */
export function brokersInResponse(received: Buffer): number | undefined {
  return received.length < 12 ? undefined : Math.max(0, received.readInt32BE(8));
}
