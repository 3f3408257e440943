/** The audit webhook: `POST /v1/kubernetes/{cluster}/audit`. docs/ingest.md is the contract. */
import { type AddressInfo } from 'node:net';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type ByteBudget } from '../byte-budget.ts';
import { type Accept, IngestError, type Receipt } from '../delivery.ts';
import { splitEventList } from '../domain/event-list.ts';
import { maxClusterLength, type WebhookSource } from '../domain/sources.ts';
import { createCredentials, type FindCredential } from './http-credentials.ts';
import { rawAnswer, Refusal, refusalOf } from './http-errors.ts';
import { latest } from './latest.ts';
import { createRefusalLog } from './refusal-log.ts';
import { type LiveSources } from './sources/live-sources.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Those of other kinds are passed over. */
  readonly sources: Pick<LiveSources, 'current'>;
  readonly accept: Accept;
  readonly budget: ByteBudget;
  readonly telemetry: Pick<Telemetry, 'count' | 'observe' | 'log'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds after which a delivery counts as not acknowledged; 20,000 if not given. */
  readonly answerLimitMs?: number;
}

export interface HttpServer {
  readonly port: number;
  /** Answers what is under way, then closes. */
  stop(): Promise<void>;
}

/** Above the 10 MiB to which an API server can be told to cut its batches. */
const maxBodyBytes = 16 * 1024 * 1024;
const defaultAnswerLimitMs = 20_000;

const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  // Longer than the 90 s for which Go's client keeps a connection: the side that sends closes first.
  keepAliveTimeout: 120_000,
} as const;
const maxConnections = 1_000;

/** Listens when it resolves; rejects where the address can't be had. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const refuse = createRefuse(options);
  const app = fastify({
    routerOptions: { maxParamLength: maxClusterLength },
    // What the router itself refuses never comes to the error handler.
    frameworkErrors: refuse,
    bodyLimit: maxBodyBytes,
    requestTimeout: timeouts.requestTimeout,
    keepAliveTimeout: timeouts.keepAliveTimeout,
    http: timeouts,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => {
      if (socket.writable) socket.end(rawAnswer(error.code));
      else socket.destroy();
    },
  });
  app.server.maxConnections = maxConnections;
  app.setErrorHandler(refuse);
  refuseOtherPaths(app);
  takeBytesOnly(app);
  addAuditRoute(app, options);
  await app.listen({ host: options.host, port: options.port });
  return { port: (app.server.address() as AddressInfo).port, stop: () => app.close() };
}

type Refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Answers, counts and logs what is not accepted, whoever refused it. */
function createRefuse({ telemetry, now }: HttpServerOptions): Refuse {
  const logRefusal = createRefusalLog(telemetry, now);
  return (error, request, reply) => {
    const refusal = refusalOf(error);
    logRefusal(refusal, { remoteAddress: request.ip, url: request.url });
    if (refusal.retryable) void reply.header('retry-after', '1');
    if (refusal.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer');
    const { code, message } = refusal;
    void reply.code(refusal.status).send({ code, message });
  };
}

/** Before the body, as on the one route: a handler for what is not found is called after it was read. */
function refuseOtherPaths(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const path = 'POST /v1/kubernetes/{cluster}/audit';
    done(
      request.is404 ? new Refusal('not-found', `There is nothing here but ${path}.`) : undefined,
    );
  });
}

function takeBytesOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
}

type AuditRoute = { Params: { cluster: string }; Body: Buffer | undefined };
type AuditRequest = FastifyRequest<AuditRoute>;

/** What is known of a request before its body is read. */
interface Admission {
  readonly source: WebhookSource;
  /** Settles when the body is of no more use to the step. */
  accepting: Promise<unknown>;
}

function addAuditRoute(app: FastifyInstance, options: HttpServerOptions): void {
  const credentials = latest(options.sources.current, (sources) =>
    createCredentials(sources.filter((source) => source.kind === 'kubernetes-webhook')),
  );
  const admissions = new WeakMap<FastifyRequest, Admission>();
  app.post<AuditRoute>('/v1/kubernetes/:cluster/audit', {
    onRequest: (request, reply, done) => {
      const source = authorise(request, credentials());
      requireIdentityEncoding(request);
      const giveBack = reserve(request, options.budget);
      const admission: Admission = { source, accepting: Promise.resolve() };
      admissions.set(request, admission);
      // 'close' is also told when the connection breaks, which fastify's own hooks are not.
      reply.raw.once('close', () => void admission.accepting.then(giveBack, giveBack));
      done();
    },
    onResponse: (_request, reply, done) => {
      options.telemetry.observe('ingest_answer_seconds', {}, reply.elapsedTime / 1000);
      done();
    },
    handler: (request) => {
      const admission = admissions.get(request);
      if (admission === undefined) throw new Error('A request came past its admission.');
      const accepting = acceptList(request.body, admission.source, options.accept);
      admission.accepting = accepting;
      return answerWithin(accepting, options.answerLimitMs ?? defaultAnswerLimitMs);
    },
  });
}

/** Checks the credential, which decides the cluster; the path may only agree. */
function authorise(request: AuditRequest, find: FindCredential): WebhookSource {
  const source = find(request.headers.authorization);
  if (source === undefined) {
    throw new Refusal('unauthorized', 'Send a known token as "Authorization: Bearer <token>".');
  }
  if (source.cluster !== request.params.cluster) {
    throw new Refusal('wrong-cluster', 'The token belongs to another cluster than the path names.');
  }
  return source;
}

function requireIdentityEncoding(request: AuditRequest): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  throw new Refusal('unsupported-media-type', 'Send the body without a Content-Encoding.');
}

/** A body of unknown length may become as long as any. */
function reserve(request: AuditRequest, budget: ByteBudget): () => void {
  const announced = Number(request.headers['content-length'] ?? maxBodyBytes);
  const giveBack = budget.reserve(Math.min(announced, maxBodyBytes));
  if (giveBack === null) {
    throw new Refusal('busy', 'The memory for deliveries is in use: send it again in a second.');
  }
  return giveBack;
}

async function acceptList(
  body: Buffer | undefined,
  source: WebhookSource,
  accept: Accept,
): Promise<Receipt> {
  // A request without a body and without a type meets no parser.
  const list = splitEventList(body ?? Buffer.alloc(0));
  if (!list.ok) throw new Refusal('not-an-event-list', list.message);
  const { cluster, origin } = source;
  const { items } = list;
  return accept({ source: 'kubernetes', cluster, origin, way: 'webhook', items, oversized: [] });
}

/** An API server gives up waiting after 30 s; told earlier, it comes again sooner. */
async function answerWithin(accepting: Promise<Receipt>, limitMs: number): Promise<Receipt> {
  const message = 'The events are not durable yet: send them again in a second.';
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Refusal('unavailable', message));
    }, limitMs);
  });
  try {
    return await Promise.race([accepting, tooLate]);
  } catch (error) {
    if (error instanceof IngestError) throw new Refusal('unavailable', message, error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
