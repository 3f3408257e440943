/** The pages by which operators and orchestrators see a service: /livez, /readyz and /metrics. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type FailingCheck, type HealthReport } from './health.ts';
import { type MetricsExposition } from './telemetry.ts';

export interface AdminServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly health: HealthReport;
  readonly metrics: MetricsExposition;
}

export interface AdminServer {
  readonly host: string;
  /** The port that is really listened on. */
  readonly port: number;
  /** Resolves when nothing listens any more; connections that are open are cut. */
  stop(): Promise<void>;
}

export class AdminServerError extends Error {
  override readonly name = 'AdminServerError';
  readonly code = 'cannot-listen';
  readonly retryable = false;
}

/** A probe that sends its request more slowly than this is cut off. */
const REQUEST_LIMIT_MS = 5_000;

/**
 * Starts listening. /livez and /readyz answer 200, or 503 while a check fails, with the failing
 * checks as JSON; /metrics answers in the Prometheus text format. Only GET and HEAD are answered
 * (405 otherwise), and no other path (404). Rejects with AdminServerError where it can't listen.
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const server = createServer({ requestTimeout: REQUEST_LIMIT_MS }, (request, response) => {
    void answer(request, options).then((reply) => {
      send(response, reply, request.method === 'HEAD');
    });
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return { host: options.host, port, stop: () => close(server) };
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

async function answer(request: IncomingMessage, options: AdminServerOptions): Promise<Reply> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return json(405, { error: 'only GET and HEAD are answered here' });
  }
  switch (request.url?.replace(/\?.*$/, '') ?? '') {
    case '/livez':
      return healthReply(options.health.failingLiveness());
    case '/readyz':
      return healthReply(options.health.failingReadiness());
    case '/metrics':
      return metricsReply(options.metrics);
    default:
      return json(404, { error: 'the pages here are /livez, /readyz and /metrics' });
  }
}

function healthReply(failing: readonly FailingCheck[]): Reply {
  return json(failing.length === 0 ? 200 : 503, { ok: failing.length === 0, failing });
}

async function metricsReply(metrics: MetricsExposition): Promise<Reply> {
  try {
    return { status: 200, contentType: metrics.contentType, body: await metrics.render() };
  } catch (error) {
    return json(500, { error: `the metrics cannot be collected: ${String(error)}` });
  }
}

function json(status: number, body: object): Reply {
  return { status, contentType: 'application/json', body: `${JSON.stringify(body)}\n` };
}

function send(response: ServerResponse, reply: Reply, headOnly: boolean): void {
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
    ...(reply.status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(headOnly ? undefined : reply.body);
}

async function listen(server: Server, { host, port }: AdminServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `the admin server cannot listen on ${host}:${port} (${cause.message}): choose another port or host, or stop what holds it`;
      reject(new AdminServerError(message, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
