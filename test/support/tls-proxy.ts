import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';

/**
 * Ends TLS in front of a plain port, as docs/operations.md asks for: an API server sends its token by TLS
 * and not otherwise.
 */
export interface TlsProxy {
  readonly url: string;
  /** PEM of the certificate, which has signed itself. */
  readonly ca: string;
  stop(): Promise<void>;
}

export async function startTlsProxy(port: number): Promise<TlsProxy> {
  const { key, cert } = await selfSigned();
  const open = new Set<Socket>();
  const server = createServer({ key, cert }, (client) => {
    const target = connect({ host: '127.0.0.1', port });
    for (const [socket, other] of [[client, target] as const, [target, client] as const]) {
      open.add(socket);
      // Where nobody listens any more, the caller sees a broken connection, as it would without a proxy.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: cert,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}

async function selfSigned(): Promise<{ readonly key: string; readonly cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', key, '-out', cert],
    ]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
