/** The audit webhook: `POST /v1/kubernetes/{cluster}/audit`. docs/kubernetes-webhook.md is the contract. */
import { type IncomingMessage } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type ByteBudget } from '../../byte-budget.ts';
import { type TlsFiles } from '../../config.ts';
import { type Accept, IngestError, type Receipt } from '../../delivery.ts';
import { type Turns } from '../../turns.ts';
import {
  maxClusterLength,
  sourceName,
  unknownSource,
  type WebhookSource,
} from '../../domain/sources.ts';
import { type Admissions, createAdmissions, type WebhookWay } from './http-admission.ts';
import { maxBodyBytes, readGzip, readPlain } from './http-body.ts';
import { createExportDelivery, createListDelivery, type ReadDelivery } from './http-deliveries.ts';
import { rawAnswer, rawRefusalOf, Refusal, refusalOf, tlsRefusalOf } from './http-errors.ts';
import { type Listener, plainListener, tlsListener } from './http-listener.ts';
import { createRefusalLog, type LogRefusal } from './refusal-log.ts';
import { type LiveSources } from '../sources/live-sources.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Null for plain HTTP. */
  readonly tls: TlsFiles | null;
  /** Those of other kinds are passed over. */
  readonly sources: Pick<LiveSources, 'current'>;
  readonly accept: Accept;
  /** Of its own if not given. */
  readonly turns?: Turns;
  readonly budget: ByteBudget;
  readonly telemetry: Pick<Telemetry, 'count' | 'set' | 'observe' | 'log'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds after which a delivery counts as not acknowledged; 20,000 if not given. */
  readonly answerLimitMs?: number;
  /** Milliseconds between two looks at the files of TLS; 10,000 if not given. */
  readonly tlsEveryMs?: number;
}

export interface HttpServer {
  readonly port: number;
  /** Answers what is under way, then closes. */
  stop(): Promise<void>;
}

const defaultAnswerLimitMs = 20_000;

const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  // Longer than the 90 s for which Go's client keeps a connection: the side that sends closes first.
  keepAliveTimeout: 120_000,
} as const;
const maxConnections = 1_000;

/** Listens when it resolves; rejects where the address can't be had, or a file of TLS can't be used. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const listener = await listenerOf(options);
  const app = createApp(listener, options);
  const stop = async (): Promise<void> => {
    await app.close();
    await listener.stop();
  };
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await stop();
    throw error;
  }
  return { port: (app.server.address() as AddressInfo).port, stop };
}

async function listenerOf(options: HttpServerOptions): Promise<Listener> {
  const { tls, telemetry, now, tlsEveryMs } = options;
  if (tls === null) return plainListener();
  const every = tlsEveryMs === undefined ? {} : { everyMs: tlsEveryMs };
  return tlsListener(tls, { telemetry, now, ...every });
}

function createApp(listener: Listener, options: HttpServerOptions): FastifyInstance {
  const { sources, budget, telemetry, now } = options;
  const admissions = createAdmissions({ sources: sources.current, budget, listener });
  const logRefusal = createRefusalLog(telemetry, now);
  const refuse = createRefuse(logRefusal, admissions);
  const app = fastify({
    serverFactory: (handler) => {
      const server = listener.createServer(timeouts, handler);
      server.maxConnections = maxConnections;
      return server;
    },
    routerOptions: { maxParamLength: maxClusterLength },
    // What the router itself refuses never comes to the error handler.
    frameworkErrors: refuse,
    bodyLimit: maxBodyBytes,
    forceCloseConnections: 'idle',
    clientErrorHandler: createRefuseBytes(listener, logRefusal),
  });
  app.setErrorHandler(refuse);
  refuseOtherPaths(app);
  closeOutdated(app, listener);
  addRoutes(app, admissions, options);
  return app;
}

type RefuseBytes = (error: NodeJS.ErrnoException, socket: Socket) => void;
type Refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Answers, counts and logs what is not accepted, whoever refused it. */
function createRefuse(logRefusal: LogRefusal, admissions: Admissions): Refuse {
  return (error, request, reply) => {
    const refusal = refusalOf(error);
    const source = admissions.sourceOf(request);
    const name = source && sourceName(source);
    logRefusal(refusal, { source: name, remoteAddress: request.ip, url: request.url });
    if (refusal.retryable) void reply.header('retry-after', '1');
    if (refusal.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer');
    // RFC 7694 §3: says which encodings would do.
    if (refusal.code === 'unsupported-media-type') void reply.header('accept-encoding', 'gzip');
    const { code, message } = refusal;
    void reply.code(refusal.status).send({ code, message });
  };
}

/** Answers and counts bytes that never became a request, and connections that never became TLS. */
function createRefuseBytes(listener: Listener, logRefusal: LogRefusal): RefuseBytes {
  return (error, socket) => {
    const [code, isEstablished] = [error.code ?? 'unknown', listener.isEstablished(socket)];
    // Who goes away in the middle, as the check of a load balancer does, has sent nothing to refuse.
    if (code === 'ECONNRESET' || (isEstablished && !socket.writable)) {
      socket.destroy();
      return;
    }
    const refusal = isEstablished ? rawRefusalOf(code) : tlsRefusalOf(code);
    const remoteAddress = socket.remoteAddress ?? '';
    logRefusal(refusal, { source: undefined, remoteAddress, url: '' });
    if (isEstablished) socket.end(rawAnswer(refusal));
    else socket.destroy();
  };
}

/** Before the body, as on the one route: a handler for what is not found is called after it was read. */
function refuseOtherPaths(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const path = 'POST /v1/kubernetes/{cluster}/audit or /export';
    done(
      request.is404 ? new Refusal('not-found', `There is nothing here but ${path}.`) : undefined,
    );
  });
}

/** What a connection was verified against has changed: the sender connects again. */
function closeOutdated(app: FastifyInstance, listener: Listener): void {
  app.addHook('onSend', (request, reply) => {
    if (listener.isOutdated(request.raw.socket)) void reply.header('connection', 'close');
    return Promise.resolve();
  });
}

function readBodies(app: FastifyInstance, admissions: Admissions, types: readonly string[]): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([...types], (request: FastifyRequest, payload: IncomingMessage) => {
    const { encoding, reserved } = admissions.of(request);
    return encoding === 'gzip' ? readGzip(payload, reserved) : readPlain(payload);
  });
}

type AuditRoute = { Params: { cluster: string }; Body: Buffer | undefined };
type AuditRequest = FastifyRequest<AuditRoute>;

interface RouteSpec {
  /** Last part of the path. */
  readonly way: WebhookWay;
  readonly types: readonly string[];
  readonly read: ReadDelivery;
}

const lineTypes: readonly string[] = ['application/x-ndjson', 'text/plain'];

/** Each route takes content of its own types. */
function addRoutes(app: FastifyInstance, admissions: Admissions, options: HttpServerOptions): void {
  const routes: readonly RouteSpec[] = [
    { way: 'audit', types: ['application/json'], read: createListDelivery(options.turns) },
    {
      way: 'export',
      types: ['application/json', ...lineTypes],
      read: createExportDelivery(options.telemetry),
    },
  ];
  for (const route of routes) {
    void app.register((scope, _options, done) => {
      readBodies(scope, admissions, route.types);
      addRoute(scope, { route, admissions, options });
      done();
    });
  }
}

interface RouteParts {
  readonly route: RouteSpec;
  readonly admissions: Admissions;
  readonly options: HttpServerOptions;
}

function addRoute(app: FastifyInstance, { route, admissions, options }: RouteParts): void {
  const { telemetry, accept, now, answerLimitMs = defaultAnswerLimitMs } = options;
  app.post<AuditRoute>(`/v1/kubernetes/:cluster/${route.way}`, {
    onRequest: (request, reply, done) => {
      const admission = admissions.admit(request, { ...request.params, way: route.way });
      const { giveBack } = admission.reserved;
      // 'close' is also told when the connection breaks, which fastify's own hooks are not.
      reply.raw.once('close', () => void admission.accepting.then(giveBack, giveBack));
      done();
    },
    onResponse: (request, reply, done) => {
      const source = admissions.sourceOf(request);
      const labels = { source_name: source === undefined ? unknownSource : sourceName(source) };
      telemetry.observe('ingest_answer_seconds', labels, reply.elapsedTime / 1000);
      done();
    },
    handler: async (request) => {
      const admission = admissions.of(request);
      const accepting = acceptBody(request, { read: route.read, source: admission.source, accept });
      admission.accepting = accepting;
      const receipt = await answerWithin(accepting, answerLimitMs);
      return { ...receipt, ...firehoseAnswer(request, now) };
    },
  });
}

interface BodyParts {
  readonly read: ReadDelivery;
  readonly source: WebhookSource;
  readonly accept: Accept;
}

async function acceptBody(
  request: AuditRequest,
  { read, source, accept }: BodyParts,
): Promise<Receipt> {
  const isLines = lineTypes.some((type) => request.headers['content-type']?.startsWith(type));
  // A request without a body and without a type meets no parser.
  return accept(await read(request.body ?? Buffer.alloc(0), source, isLines));
}

/** What Amazon Data Firehose wants to read in an answer (HTTP endpoint delivery specification). */
function firehoseAnswer(
  { headers }: AuditRequest,
  now: () => number,
): { readonly requestId?: string; readonly timestamp?: number } {
  const requestId = headers['x-amz-firehose-request-id'];
  return typeof requestId === 'string' ? { requestId, timestamp: now() } : {};
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
