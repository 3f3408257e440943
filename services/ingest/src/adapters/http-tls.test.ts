import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rename, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TlsFiles } from '../config.ts';
import { type Credential, type Source } from '../domain/sources.ts';
import {
  type CertificateAuthority,
  type CertifiedKey,
  createAuthority,
} from './certificates-rig.ts';
import {
  type Answer,
  digestOf,
  type HttpRig,
  listOf,
  path,
  post,
  type Sending,
  startHttpRig,
  token,
  until,
} from './http-rig.ts';
import { type HttpServerOptions } from './http-server.ts';

jest.setTimeout(60_000);

const good = listOf('{}');
const dayMs = 86_400_000;

let serverCa: CertificateAuthority;
let clientCa: CertificateAuthority;
let otherCa: CertificateAuthority;
let serverPair: CertifiedKey;
let client: CertifiedKey;
let pinned: CertifiedKey;

beforeAll(async () => {
  [serverCa, clientCa, otherCa] = await Promise.all([
    createAuthority('the CA of servers'),
    createAuthority('the CA of clients'),
    createAuthority('another CA'),
  ]);
  [serverPair, client, pinned] = await Promise.all([
    serverCa.issue({ commonName: 'ingest', usage: 'server' }),
    clientCa.issue({ commonName: 'apiserver', usage: 'client' }),
    clientCa.issue({ commonName: 'somebody', usage: 'client' }),
  ]);
});

const rigs: HttpRig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map(({ server }) => server.stop()));
});

function keyDigestOf({ cert }: CertifiedKey): string {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('hex');
}

function source(cluster: string, ...credentials: readonly Credential[]): Source {
  return { kind: 'kubernetes-webhook', cluster, origin: 'live', credentials };
}

/** `sample` may send by token or by name, `pinned` by its key. */
function sources(): readonly Source[] {
  return [
    source(
      'sample',
      { type: 'token', sha256: digestOf(token) },
      { type: 'certificate-name', commonName: 'apiserver' },
    ),
    source('pinned', { type: 'certificate-key', sha256: keyDigestOf(pinned) }),
  ];
}

interface Files {
  readonly cert?: string;
  readonly key?: string;
  readonly clientCa?: string;
}

/** Replaces each file in one step, as whoever renews certificates does. */
async function write(files: TlsFiles, { cert, key, clientCa: ca }: Files): Promise<void> {
  const texts = { certFile: cert, keyFile: key, clientCaFile: ca };
  for (const name of ['keyFile', 'certFile', 'clientCaFile'] as const) {
    const [to, content] = [files[name], texts[name]];
    if (to === null || content === undefined) continue;
    await writeFile(`${to}.new`, content);
    await rename(`${to}.new`, to);
  }
}

interface TlsRig extends HttpRig {
  readonly files: TlsFiles;
}

async function start(options: Partial<HttpServerOptions> = {}): Promise<TlsRig> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-webhook-'));
  const [certFile, keyFile, clientCaFile] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const files = { certFile, keyFile, clientCaFile };
  await write(files, { ...serverPair, clientCa: clientCa.cert });
  const common = { tls: files, sources: { current: sources }, now: Date.now, tlsEveryMs: 10 };
  const rig = await startHttpRig({ ...common, ...options });
  rigs.push(rig);
  return { ...rig, files };
}

const withoutToken = { authorization: undefined };

/** A request by TLS that shows a certificate and no token, unless it is told to. */
function send(port: number, pair?: CertifiedKey, sending: Sending = {}): Promise<Answer> {
  const tls = { ca: serverCa.cert, ...pair, ...sending.tls };
  return post(port, good, { ...sending, headers: { ...withoutToken, ...sending.headers }, tls });
}

const byToken = { headers: { authorization: `Bearer ${token}` } };

function serverCertificate(port: number): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: serverCa.cert }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

async function nameOf(port: number): Promise<unknown> {
  return (await serverCertificate(port)).subject.CN;
}

describe('the audit webhook by TLS', () => {
  it.each<[string, () => CertifiedKey | undefined, Sending, string]>([
    ['a token', () => undefined, byToken, 'sample'],
    ['a name', () => client, {}, 'sample'],
    ['both', () => client, byToken, 'sample'],
    ['a key', () => pinned, { path: '/v1/kubernetes/pinned/audit' }, 'pinned'],
  ])('knows a cluster by %s', async (_what, pair, sending, cluster) => {
    const { port, deliveries } = await start();
    const answer = await send(port, pair(), sending);
    expect([answer.status, answer.body]).toEqual([200, { accepted: 1, rejected: 0 }]);
    expect(deliveries).toMatchObject([{ cluster, sourceName: `kubernetes-webhook/${cluster}` }]);
  });

  it.each<[string, () => CertifiedKey | undefined, Sending, number, string]>([
    ['neither token nor certificate', () => undefined, {}, 401, 'unauthorized'],
    [
      'a wrong token beside a known certificate',
      () => client,
      { headers: { authorization: 'Bearer wrong' } },
      401,
      'unauthorized',
    ],
    ['a token of another source', () => pinned, byToken, 403, 'credentials-disagree'],
    [
      "a certificate and another cluster's path",
      () => client,
      { path: '/v1/kubernetes/pinned/audit' },
      403,
      'wrong-cluster',
    ],
  ])('refuses %s', async (...[, pair, sending, status, code]) => {
    const { port, deliveries, counted } = await start();
    const answer = await send(port, pair(), sending);
    expect([answer.status, answer.body]).toMatchObject([status, { code }]);
    expect([deliveries, counted]).toEqual([[], [code]]);
  });

  it.each<[string, () => Promise<CertifiedKey>]>([
    ['another CA', () => otherCa.issue({ commonName: 'apiserver', usage: 'client' })],
    [
      'a time that is over',
      () =>
        clientCa.issue({
          ...{ commonName: 'apiserver', usage: 'client' },
          ...{ notBefore: Date.now() - 2 * dayMs, notAfter: Date.now() - dayMs },
        }),
    ],
    [
      'a time to come',
      () =>
        clientCa.issue({
          ...{ commonName: 'apiserver', usage: 'client' },
          notBefore: Date.now() + dayMs,
        }),
    ],
    ['a server', () => clientCa.issue({ commonName: 'apiserver', usage: 'server' })],
    ['an unknown name', () => clientCa.issue({ commonName: 'apiserver2', usage: 'client' })],
    ['two names', () => clientCa.issue({ commonName: 'apiserver/CN=apiserver', usage: 'client' })],
  ])('takes a certificate of %s for none', async (_what, issue) => {
    const { port, counted } = await start();
    const pair = await issue();
    expect((await send(port, pair)).status).toBe(401);
    expect(counted).toEqual(['unauthorized']);
    expect((await send(port, pair, byToken)).status).toBe(200);
  });

  it('takes a certificate for none once its time is over, on the same connection too', async () => {
    let now = Date.now();
    const { port } = await start({ now: () => now });
    const tls = { agent: new Agent({ keepAlive: true, maxSockets: 1 }) };
    expect((await send(port, client, { tls })).status).toBe(200);
    now += 3 * dayMs;
    expect((await send(port, client, { tls })).status).toBe(401);
    tls.agent.destroy();
  });

  it('asks for no certificate where there are no CAs', async () => {
    const files = (await start()).files;
    const { port } = await start({ tls: { ...files, clientCaFile: null } });
    expect((await send(port, client)).status).toBe(401);
    expect((await send(port, client, byToken)).status).toBe(200);
  });

  it('speaks TLS 1.2 and 1.3 without resuming sessions, and nothing older', async () => {
    const { port, counted, logged } = await start();
    const ca = serverCa.cert;
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = connect({ host: '127.0.0.1', port, ca, maxVersion: version });
      await once(socket, 'secureConnect');
      expect(socket.getProtocol()).toBe(version);
      expect(socket.getCipher().standardName).toMatch(/GCM|POLY1305/);
      socket.end();
      await once(socket, 'close');
      expect(await isResumed(socket, port)).toBe(false);
    }
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' } as const;
    const refused = connect({ host: '127.0.0.1', port, ca, ciphers: 'ALL:@SECLEVEL=0', ...old });
    await expect(once(refused, 'secureConnect')).rejects.toThrow(/protocol|version|alert/i);
    await until(() => counted.length > 0);
    expect(counted).toEqual(['tls-failed']);
    expect(logged.at(-1)).toContain('The TLS handshake failed (ERR_SSL_');
  });

  it('counts a sender that does not trust its certificate, and one that speaks plain HTTP', async () => {
    const { port, counted } = await start();
    await openSslRefuses(port, otherCa.cert);
    await until(() => counted.length === 1);
    const plain = connectPlain(port, '127.0.0.1');
    plain.end(`POST ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await text(plain)).not.toContain('200');
    await until(() => counted.length === 2);
    expect(counted).toEqual(['tls-failed', 'tls-failed']);
  });

  it('does not start with files that do not fit', async () => {
    const { files } = await start();
    await writeFile(files.keyFile, client.key);
    await expect(start({ tls: files })).rejects.toThrow(
      `AUDITSTREAM_INGEST_TLS_KEY_FILE is ${files.keyFile}: the key does not fit the certificate`,
    );
  });
});

/** Node's own client ends the handshake first and looks at the certificate then; others send an alert. */
async function openSslRefuses(port: number, ca: string): Promise<void> {
  const file = join(await mkdtemp(join(tmpdir(), 'auditstream-webhook-')), 'ca.crt');
  await writeFile(file, ca);
  const trust = ['-CAfile', file, '-no-CApath', '-no-CAstore', '-verify_return_error'];
  const connecting = execFile('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...trust]);
  await once(connecting, 'exit');
}

async function isResumed(before: TLSSocket, port: number): Promise<boolean> {
  const session = before.getSession();
  const ca = serverCa.cert;
  const socket = connect({ host: '127.0.0.1', port, ca, ...(session && { session }) });
  await once(socket, 'secureConnect');
  const isReused = socket.isSessionReused();
  socket.destroy();
  return isReused;
}

describe('files of TLS that change', () => {
  it('count for new connections, while old ones go on', async () => {
    const { port, files, gauges, logged } = await start();
    const tls = { agent: new Agent({ keepAlive: true, maxSockets: 1 }) };
    expect((await send(port, client, { tls })).status).toBe(200);
    const notAfter = Date.parse('2098-01-02T03:04:05Z');
    await write(files, await serverCa.issue({ commonName: 'next', usage: 'server', notAfter }));
    await until(async () => (await nameOf(port)) === 'next');
    await until(() => gauges.get('ingest_tls_certificate_expiry_seconds') === notAfter / 1000);
    expect((await send(port, client, { tls })).status).toBe(200);
    expect(Object.keys(tls.agent.freeSockets)).toHaveLength(1);
    expect(logged).toEqual([expect.stringContaining('The TLS files were read anew.')]);
    tls.agent.destroy();
  });

  it.each<[string, () => Files]>([
    ['are broken', () => ({ cert: 'nothing' })],
    ['do not fit', () => ({ key: client.key })],
  ])('do not count while they %s, which is told once', async (_what, broken) => {
    const { port, files, logged } = await start();
    await write(files, broken());
    await until(() => logged.length > 0);
    expect(logged[0]).toContain('The TLS in use is kept; its files changed, but: AUDITSTREAM_IN');
    expect(await nameOf(port)).toBe('ingest');
    await write(files, await serverCa.issue({ commonName: 'mended', usage: 'server' }));
    await until(async () => (await nameOf(port)) === 'mended');
    expect(logged).toHaveLength(2);
  });

  it('do not count when their time is over', async () => {
    const { port, files, logged } = await start();
    const past = { notBefore: Date.now() - 2 * dayMs, notAfter: Date.now() - dayMs };
    await write(files, await serverCa.issue({ commonName: 'past', usage: 'server', ...past }));
    await until(() => logged.length > 0);
    expect(logged[0]).toMatch(/The certificate in .*tls.crt ended at /);
    expect(await nameOf(port)).toBe('ingest');
  });

  it('bring other CAs, and end what the last ones had let in', async () => {
    const { port, files } = await start();
    const tls = { agent: new Agent({ keepAlive: true, maxSockets: 1 }) };
    expect((await send(port, client, { tls })).status).toBe(200);
    const [kept] = Object.values(tls.agent.freeSockets).flat();
    const isClosed = once(kept as TLSSocket, 'close');
    await write(files, { clientCa: otherCa.cert });
    await isClosed;
    expect((await send(port, client)).status).toBe(401);
    const another = await otherCa.issue({ commonName: 'apiserver', usage: 'client' });
    expect((await send(port, another)).status).toBe(200);
    await write(files, { clientCa: otherCa.cert + clientCa.cert });
    await until(async () => (await send(port, client)).status === 200);
    expect((await send(port, another)).status).toBe(200);
    tls.agent.destroy();
  });
});
