/** Asks a Docker Engine by its API: unix socket, TCP on the machine itself, or TCP with TLS. */
import { readFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls, type RequestOptions } from 'node:https';
import { type EngineAddress, type EngineTls } from '../../domain/sources.ts';

export interface EngineClient {
  /**
   * Begins a GET. Resolves with the head of the answer, whatever its status.
   * @throws Error where there is no connection, or no head of an answer in time
   */
  begin(path: string, signal: AbortSignal): Promise<IncomingMessage>;
  /**
   * A whole answer. `body` is undefined where it has more than `maxBytes`.
   * @throws Error where it did not come in time
   */
  get(path: string, options: GetOptions): Promise<EngineAnswer>;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

export interface EngineAnswer {
  readonly status: number;
  /** The engine's clock, whole seconds since 1970; undefined where it does not say. */
  readonly seconds: number | undefined;
  readonly body: Buffer | undefined;
}

/** Milliseconds without traffic after which TCP asks whether the other side is there. */
const keepAliveMs = 30_000;

/** @param limitMs in which an engine has to begin a stream, or give a whole answer */
export function createEngineClient(address: EngineAddress, limitMs: number): EngineClient {
  const begin = async (path: string, signal: AbortSignal): Promise<IncomingMessage> =>
    headOf(await send(address, path, signal), limitMs);
  return {
    begin,
    async get(path, { signal, maxBytes }) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      const response = await begin(path, limit);
      const { statusCode: status = 0 } = response;
      return { status, seconds: secondsOf(response), body: await bodyOf(response, maxBytes) };
    },
  };
}

async function send(
  address: EngineAddress,
  path: string,
  signal: AbortSignal,
): Promise<ClientRequest> {
  // A connection of its own for each: answers that stream would keep others waiting.
  const common: RequestOptions = { path, signal, agent: false };
  common.headers = { accept: 'application/json' };
  if (address.type === 'unix') {
    return requestPlain({
      ...common,
      socketPath: address.path,
      headers: { ...common.headers, host: 'docker' },
    });
  }
  const { host, port, tls } = address;
  if (tls === null) return requestPlain({ ...common, host, port });
  // Read at each connection, so that certificates can be replaced while we run.
  return requestTls({ ...common, host, port, ...(await readTls(tls)), minVersion: 'TLSv1.2' });
}

async function readTls(tls: EngineTls): Promise<RequestOptions> {
  const [ca, cert, key] = await Promise.all([
    readFile(tls.ca),
    readFile(tls.certificate),
    readFile(tls.key),
  ]);
  return { ca, cert, key };
}

/** An engine that hangs takes connections all the same: only its answer shows that it is there. */
function headOf(outgoing: ClientRequest, limitMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      outgoing.destroy(new Error(`The engine did not answer within ${limitMs} ms.`));
    }, limitMs);
    outgoing.on('socket', (socket) => socket.setKeepAlive(true, keepAliveMs));
    outgoing.on('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end();
  });
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function secondsOf({ headers }: IncomingMessage): number | undefined {
  const millis = Date.parse(headers.date ?? '');
  return Number.isNaN(millis) ? undefined : Math.floor(millis / 1_000);
}
