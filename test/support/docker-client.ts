/** As much of the Docker Engine API as a workload needs, over the engine's unix socket. */
import { type IncomingMessage, request } from 'node:http';

export interface DockerCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** Sent as JSON; bytes are sent as they are. */
  readonly body?: unknown;
}

/** @throws where the engine answers 400 or above: the message is the engine's */
export async function callDocker(socketPath: string, call: DockerCall): Promise<string> {
  const response = await open(socketPath, call);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const status = response.statusCode ?? 0;
  if (status < 400) return text;
  throw new Error(`${call.method} ${call.path} was answered ${status}: ${text}`);
}

/** The lines of `GET /events`, from the engine's first one on. */
export interface RawEvents {
  readonly lines: () => readonly string[];
  close(): void;
}

export async function readRawEvents(socketPath: string): Promise<RawEvents> {
  const response = await open(socketPath, { method: 'GET', path: '/events?since=0' });
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  response.on('error', () => undefined);
  return { lines: () => text.split('\n').slice(0, -1), close: () => void response.destroy() };
}

function open(socketPath: string, { method, path, body }: DockerCall): Promise<IncomingMessage> {
  const isBytes = Buffer.isBuffer(body);
  const payload = isBytes || body === undefined ? body : JSON.stringify(body);
  const type = isBytes ? 'application/x-tar' : 'application/json';
  return new Promise((resolve, reject) => {
    const headers = { host: 'docker', ...(payload === undefined ? {} : { 'content-type': type }) };
    const outgoing = request({ socketPath, method, path, headers, agent: false }, resolve);
    outgoing.on('error', reject).end(payload);
  });
}
