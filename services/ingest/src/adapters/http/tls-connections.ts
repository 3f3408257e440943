/** What is known of each TLS connection's client, for as long as it counts. */
import { type Server } from 'node:https';
import { type Socket } from 'node:net';
import { type TLSSocket } from 'node:tls';
import { type ClientCertificate, readClientCertificate } from './client-certificate.ts';

export interface TlsConnections {
  /** Watches the connections that a server makes from now on. */
  readonly watch: (server: Server) => void;
  /** Another set of CAs counts: what was verified against the last one does so no more. */
  readonly renewTrust: () => void;
  /** Whether the handshake has ended well. */
  readonly isEstablished: (socket: Socket) => boolean;
  /** Of a connection's client, if it was verified, is in its time, and the CAs are still the same. */
  readonly certificateOf: (socket: Socket) => ClientCertificate | undefined;
  /** Whether the CAs have changed since the connection was made. */
  readonly isOutdated: (socket: Socket) => boolean;
}

/** A handshake that takes longer is broken off. */
export const handshakeTimeoutMs = 10_000;

interface Connection {
  readonly trust: number;
  readonly certificate: ClientCertificate | undefined;
}

/** @param now epoch milliseconds */
export function createTlsConnections(now: () => number): TlsConnections {
  const servers = new Set<Server>();
  const connections = new WeakMap<Socket, Connection>();
  let trust = 0;
  const outdateAll = (): void => {
    trust += 1;
    for (const server of servers) server.closeIdleConnections();
  };
  const isOutdated = (socket: Socket): boolean => {
    const connection = connections.get(socket);
    return connection !== undefined && connection.trust !== trust;
  };
  return {
    watch(server) {
      servers.add(server);
      server.on('secureConnection', (socket) => {
        connections.set(socket, { trust, certificate: verifiedOf(socket) });
      });
    },
    renewTrust() {
      outdateAll();
      // A handshake that had begun under the old CAs may yet end well.
      setTimeout(outdateAll, handshakeTimeoutMs).unref();
    },
    isEstablished: (socket) => connections.has(socket),
    certificateOf(socket) {
      const certificate = connections.get(socket)?.certificate;
      if (certificate === undefined || isOutdated(socket)) return undefined;
      // A connection may live longer than the certificate that it began with.
      const isInTime = certificate.notBefore <= now() && now() < certificate.notAfter;
      return isInTime ? certificate : undefined;
    },
    isOutdated,
  };
}

function verifiedOf(socket: TLSSocket): ClientCertificate | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate && readClientCertificate(certificate);
}
