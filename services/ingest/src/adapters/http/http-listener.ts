/** The servers that the webhook listens with: plain, or with TLS. */
import { constants } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { type Socket } from 'node:net';
import { type TlsFiles } from '../../config.ts';
import { type ClientCertificate } from './client-certificate.ts';
import { createTlsConnections, handshakeTimeoutMs } from './tls-connections.ts';
import { readTlsFiles, type TlsMaterial } from './tls-files.ts';
import { keepTlsCurrent, type TlsReloadOptions } from './tls-reload.ts';

export interface Listener {
  /** fastify asks for one for each address that a host's name stands for. */
  createServer(limits: ServerLimits, handler: RequestListener): Server;
  /** False for a connection whose TLS handshake has not ended well. */
  isEstablished(socket: Socket): boolean;
  /** The client certificate of a connection, if it counts now. */
  certificateOf(socket: Socket): ClientCertificate | undefined;
  /** Whether a connection should end, as what it was verified against has changed. */
  isOutdated(socket: Socket): boolean;
  stop(): Promise<void>;
}

/** Times in milliseconds. */
export interface ServerLimits {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly keepAliveTimeout: number;
}

export function plainListener(): Listener {
  return {
    createServer: (limits, handler) => createServer({ ...limits }, handler),
    isEstablished: () => true,
    certificateOf: () => undefined,
    isOutdated: () => false,
    stop: () => Promise.resolve(),
  };
}

/** TLS 1.3, and of 1.2 the suites with forward secrecy and authenticated encryption (RFC 9325 §4.2). */
const ciphers = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':');

/**
 * Each connection proves its certificate anew: a resumed session would carry an old verdict over, and a
 * renegotiation would bring another certificate.
 */
const secureOptions = constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION;

/** A client certificate is asked for and not demanded: a token is enough. */
function secureOptionsOf({ cert, key, clientCa }: TlsMaterial): ServerOptions {
  const common = { cert, key, ciphers, secureOptions, minVersion: 'TLSv1.2' } as const;
  if (clientCa === null) return common;
  return { ...common, ca: clientCa, requestCert: true, rejectUnauthorized: false };
}

export type TlsListenerOptions = Pick<TlsReloadOptions, 'telemetry' | 'now' | 'everyMs'>;

/** Reads its files again and again, until it is stopped. @throws TlsFilesError */
export async function tlsListener(files: TlsFiles, options: TlsListenerOptions): Promise<Listener> {
  let material = await readTlsFiles(files);
  const connections = createTlsConnections(options.now);
  const servers = new Set<ReturnType<typeof createSecureServer>>();
  const apply = (next: TlsMaterial): void => {
    for (const server of servers) server.setSecureContext(secureOptionsOf(next));
    const isSameTrust = String(next.clientCa) === String(material.clientCa);
    material = next;
    if (!isSameTrust) connections.renewTrust();
  };
  const stopping = new AbortController();
  const keeping = keepTlsCurrent(stopping.signal, { ...options, files, material, apply });
  return {
    createServer: (limits, handler) => {
      const own = { ...limits, handshakeTimeout: handshakeTimeoutMs };
      const server = createSecureServer({ ...own, ...secureOptionsOf(material) }, handler);
      servers.add(server);
      connections.watch(server);
      return server;
    },
    isEstablished: connections.isEstablished,
    certificateOf: connections.certificateOf,
    isOutdated: connections.isOutdated,
    stop: async () => {
      stopping.abort();
      await keeping;
    },
  };
}
