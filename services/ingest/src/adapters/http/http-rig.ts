/** For tests: the webhook on a real socket, and a sender. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
} from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { createByteBudget } from '../../byte-budget.ts';
import { type Accept, type Delivery } from '../../delivery.ts';
import { type Source } from '../../domain/sources.ts';
import { type HttpServer, type HttpServerOptions, startHttpServer } from './http-server.ts';

export const mebibyte = 1024 * 1024;
export const token = 'aGVsbG8gd29ybGQ-._~+/==';
export const path = '/v1/kubernetes/sample/audit';

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The first has no credential that anybody has. */
export const defaultSources: readonly Source[] = [
  {
    ...{ kind: 'kubernetes-webhook', cluster: 'other', origin: 'live' },
    credentials: [{ type: 'token', sha256: '0'.repeat(64) }],
  },
  {
    ...{ kind: 'kubernetes-webhook', cluster: 'sample', origin: 'replay' },
    credentials: [{ type: 'token', sha256: digestOf(token) }],
  },
];

export interface HttpRig {
  readonly server: HttpServer;
  readonly port: number;
  readonly deliveries: Delivery[];
  /** Reasons of refusals. */
  readonly counted: string[];
  /** Names of sources that were counted or observed. */
  readonly names: string[];
  readonly gauges: Map<string, number>;
  readonly logged: string[];
  readonly budget: HttpServerOptions['budget'];
}

export async function startHttpRig(options: Partial<HttpServerOptions> = {}): Promise<HttpRig> {
  const deliveries: Delivery[] = [];
  const [counted, names, logged]: [string[], string[], string[]] = [[], [], []];
  const gauges = new Map<string, number>();
  const note = (fields: object, message: string): void =>
    void logged.push(JSON.stringify(fields) + message);
  const log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const budget = createByteBudget(20 * mebibyte);
  const noteLabels = (labels: Readonly<Record<string, string>>): void => {
    if (labels['reason'] !== undefined) counted.push(labels['reason']);
    if (labels['source_name'] !== undefined) names.push(labels['source_name']);
  };
  const acceptAll: Accept = ({ items }) => Promise.resolve({ accepted: items.length, rejected: 0 });
  const accept = options.accept ?? acceptAll;
  const server = await startHttpServer({
    ...{ host: '127.0.0.1', port: 0, budget, tls: null, answerLimitMs: 5_000 },
    ...{ sources: { current: () => defaultSources }, now: () => 0 },
    telemetry: {
      log,
      count: (_metric, labels) => {
        noteLabels(labels);
      },
      set: (metric, _labels, value) => void gauges.set(metric, value),
      observe: (_metric, labels) => {
        noteLabels(labels);
      },
    },
    ...options,
    accept: (delivery) => {
      deliveries.push(delivery);
      return accept(delivery);
    },
  });
  return {
    ...{ server, port: server.port, deliveries, counted, names, gauges, logged },
    budget: options.budget ?? budget,
  };
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface Sending {
  readonly path?: string;
  readonly method?: string;
  /** Those that are undefined take a header out. */
  readonly headers?: OutgoingHttpHeaders;
  /** Without them the request is plain. */
  readonly tls?: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'agent' | 'maxVersion' | 'ciphers'>;
}

export const goodHeaders = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

/** A request whose body is for the caller to write. */
export function begin(port: number, sending: Sending = {}): ClientRequest {
  const options = {
    ...{ host: '127.0.0.1', port, path: sending.path ?? path, method: sending.method ?? 'POST' },
    headers: withoutUndefined({ ...goodHeaders, ...sending.headers }),
    agent: false as const,
  };
  return sending.tls === undefined
    ? httpRequest(options)
    : httpsRequest({ ...options, ...sending.tls });
}

/** Rejects where there is no answer, as the connection could not be made. */
export async function post(
  port: number,
  body: string | Buffer,
  sending: Sending = {},
): Promise<Answer> {
  const outgoing = begin(port, sending);
  const answering = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  // Where the answer comes before the body is sent, the connection may break afterwards.
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  const [response] = await answering;
  const answered = await text(response);
  const { statusCode: status, headers } = response;
  return { status, headers, body: answered === '' ? null : JSON.parse(answered) };
}

function withoutUndefined(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

export function listOf(...items: readonly string[]): string {
  return `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${items.join(',')}]}`;
}

/** Awaits what nothing else tells of; gives up after 30 s, so that a test which fails also ends. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`This did not come true: ${String(isTrue)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
