/**
 * The socket on which a Docker Engine calls its authorization plugin (docs.docker.com, "Docker plugin API"
 * and "Access authorization plugin"). Every call is allowed.
 */
import { chmod, mkdir, rename, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Recorder, type Verdict } from '../record-calls.ts';
import { readBody } from './read-body.ts';

export interface PluginSocketOptions {
  readonly socket: string;
  /** Milliseconds after which the engine is answered in any case. */
  readonly limitMs: number;
  readonly recorder: Recorder;
  readonly telemetry: Pick<Telemetry, 'observe' | 'log'>;
}

export interface PluginSocket {
  /** Resolves when everything that was taken is answered. */
  stop(): Promise<void>;
}

export class PluginSocketError extends Error {
  override readonly name = 'PluginSocketError';
  readonly code = 'socket-in-use';
  readonly retryable = false;
}

const contentType = 'application/vnd.docker.plugins.v1.1+json';
const messages: Readonly<Record<Verdict, string>> = {
  recorded: 'auditstream only records calls: this one is on record',
  'passed-over': 'auditstream only records calls: this one only looks',
  'not-recorded': 'auditstream only records calls: this one is NOT on record',
};

type Phase = 'request' | 'response';

const phases: ReadonlyMap<string, Phase> = new Map([
  ['/AuthZPlugin.AuthZReq', 'request'],
  ['/AuthZPlugin.AuthZRes', 'response'],
]);

/** @throws PluginSocketError where another process listens; or what the file system says */
export async function startPluginSocket(options: PluginSocketOptions): Promise<PluginSocket> {
  const { socket, telemetry } = options;
  await mkdir(dirname(socket), { recursive: true, mode: 0o755 });
  if (await isListening(socket)) {
    const message = `${socket} is answered by another process: stop it, or set AUDITSTREAM_AUTHZ_SOCKET.`;
    throw new PluginSocketError(message);
  }
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      telemetry.log.warn({ error }, 'The engine broke off before it was answered.');
      response.destroy();
    });
  });
  // The engine keeps connections, and sends an empty body where one is closed under its hands.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await listenPrivately(server, socket);
  return { stop: () => close(server, socket) };
}

function isListening(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    const done = (isAnswered: boolean): void => {
      probe.destroy();
      resolve(isAnswered);
    };
    probe.once('connect', () => {
      done(true);
    });
    probe.once('error', () => {
      done(false);
    });
  });
}

/** Takes its name only when nobody else may connect any more; a stale socket goes with that. */
async function listenPrivately(server: Server, socket: string): Promise<void> {
  const beside = `${socket}.new`;
  await unlink(beside).catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(beside, resolve);
  });
  await chmod(beside, 0o600);
  await rename(beside, socket);
}

async function close(server: Server, socket: string): Promise<void> {
  await unlink(socket).catch(() => undefined);
  await new Promise<void>((resolve) => {
    // A connection that is still being answered becomes idle afterwards, and would stay.
    const timer = setInterval(() => {
      server.closeIdleConnections();
    }, 20);
    server.close(() => {
      clearInterval(timer);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: PluginSocketOptions,
): Promise<void> {
  const phase = phases.get(request.url ?? '');
  if (phase !== undefined) {
    const begun = performance.now();
    const verdict = await within(options.limitMs, record(request, phase, options), options);
    send(response, 200, { Allow: true, Msg: messages[verdict] });
    options.telemetry.observe('authz_answer_seconds', {}, (performance.now() - begun) / 1_000);
    return;
  }
  request.resume();
  if (request.url !== '/Plugin.Activate') {
    send(response, 404, { Err: 'this is an authorization plugin' });
    return;
  }
  options.telemetry.log.info({}, 'A Docker Engine has activated the plugin.');
  send(response, 200, { Implements: ['authz'] });
}

async function record(
  request: IncomingMessage,
  phase: Phase,
  { recorder }: PluginSocketOptions,
): Promise<Verdict> {
  const bytes = await readBody(request);
  if (bytes !== undefined) return recorder[phase](bytes);
  if (phase === 'response') recorder.lose();
  return 'not-recorded';
}

/** The engine does not wait for a disk that hangs. */
async function within(
  limitMs: number,
  recording: Promise<Verdict>,
  { telemetry }: PluginSocketOptions,
): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => {
      telemetry.log.error({ limitMs }, 'A call was allowed before it was on record.');
      resolve('not-recorded');
    }, limitMs);
  });
  try {
    return await Promise.race([recording, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, status: number, answered: object): void {
  const body = JSON.stringify(answered);
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': length });
  response.end(body);
}
