/** For tests: an engine as `GET /events` shows it, which says and keeps what a test wants. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo } from 'node:net';

export interface FakeEngine {
  /** Paths of the streams that were asked for. */
  readonly asked: string[];
  readonly streams: ServerResponse[];
  /** Paths of everything else that was asked for. */
  readonly others: string[];
  /** Where it listens, of TCP. */
  readonly port: number;
  close(): Promise<void>;
}

export interface FakeEngineOptions {
  /** Path of a socket; without it a port of the machine itself. */
  readonly socket?: string | undefined;
  readonly tls?: ServerOptions;
  readonly status?: number;
  /** How many streams, from the first one, get no answer. */
  readonly silent?: number;
  /** What it answers to all but streams; null for no answer at all. */
  readonly answer?: (path: string) => { readonly status: number; readonly body: string } | null;
}

export async function startFakeEngine(options: FakeEngineOptions): Promise<FakeEngine> {
  const [asked, streams, others]: [string[], ServerResponse[], string[]] = [[], [], []];
  const handle = (path: string, response: ServerResponse): void => {
    if (!isStream(path)) {
      others.push(path);
      const answer = (options.answer ?? plainAnswer)(path);
      if (answer !== null) response.writeHead(answer.status).end(answer.body);
      return;
    }
    asked.push(path);
    streams.push(response);
    if (asked.length <= (options.silent ?? 0)) return;
    response.writeHead(options.status ?? 200, { 'content-type': 'application/json' });
    response.flushHeaders();
  };
  const server: Server =
    options.tls === undefined
      ? createServer((request, response) => {
          handle(request.url ?? '', response);
        })
      : createTlsServer(options.tls, (request, response) => {
          handle(request.url ?? '', response);
        });
  if (options.socket === undefined) server.listen(0, '127.0.0.1');
  else server.listen(options.socket);
  await once(server, 'listening');
  const address = server.address();
  return {
    ...{ asked, streams, others },
    port: typeof address === 'string' ? 0 : (address as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

function isStream(path: string): boolean {
  return path.startsWith('/events?') && !path.includes('until=');
}

function plainAnswer(path: string): { readonly status: number; readonly body: string } {
  if (path.startsWith('/events?') || path === '/_ping') return { status: 200, body: '' };
  return { status: 404, body: '{"message":"No such container"}' };
}
