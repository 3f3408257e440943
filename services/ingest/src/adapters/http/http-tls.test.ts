import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type CertifiedKey } from './certificates-rig.ts';
import { path, type Sending, until } from './http-rig.ts';
import { type HttpServerOptions } from './http-server.ts';
import {
  byToken,
  createCertificates,
  dayMs,
  startTlsRig,
  type TestCertificates,
  type TlsRig,
} from './http-tls-rig.ts';

jest.setTimeout(60_000);

let certificates: TestCertificates;
const rigs: TlsRig[] = [];

beforeAll(async () => {
  certificates = await createCertificates();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map(({ server }) => server.stop()));
});

async function start(options: Partial<HttpServerOptions> = {}): Promise<TlsRig> {
  const rig = await startTlsRig(certificates, options);
  rigs.push(rig);
  return rig;
}

describe('the audit webhook by TLS', () => {
  it.each<[string, () => CertifiedKey | undefined, Sending, string]>([
    ['a token', () => undefined, byToken, 'sample'],
    ['a name', () => certificates.named, {}, 'sample'],
    ['both', () => certificates.named, byToken, 'sample'],
    ['a key', () => certificates.pinned, { path: '/v1/kubernetes/pinned/audit' }, 'pinned'],
  ])('knows a cluster by %s', async (_what, pair, sending, cluster) => {
    const { send, deliveries } = await start();
    const answer = await send(pair(), sending);
    expect([answer.status, answer.body]).toEqual([200, { accepted: 1, rejected: 0 }]);
    expect(deliveries).toMatchObject([{ cluster, sourceName: `kubernetes-webhook/${cluster}` }]);
  });

  it.each<[string, () => CertifiedKey | undefined, Sending, number, string]>([
    ['neither token nor certificate', () => undefined, {}, 401, 'unauthorized'],
    [
      'a wrong token beside a known certificate',
      () => certificates.named,
      { headers: { authorization: 'Bearer wrong' } },
      401,
      'unauthorized',
    ],
    ['a token of another source', () => certificates.pinned, byToken, 403, 'credentials-disagree'],
    [
      "a certificate and another cluster's path",
      () => certificates.named,
      { path: '/v1/kubernetes/pinned/audit' },
      403,
      'wrong-cluster',
    ],
  ])('refuses %s', async (...[, pair, sending, status, code]) => {
    const { send, deliveries, counted } = await start();
    const answer = await send(pair(), sending);
    expect([answer.status, answer.body]).toMatchObject([status, { code }]);
    expect([deliveries, counted]).toEqual([[], [code]]);
  });

  it.each<[string, () => Promise<CertifiedKey>]>([
    ['another CA', () => certificates.otherCa.issue({ commonName: 'apiserver', usage: 'client' })],
    [
      'a time that is over',
      () =>
        certificates.clientCa.issue({
          ...{ commonName: 'apiserver', usage: 'client' },
          ...{ notBefore: Date.now() - 2 * dayMs, notAfter: Date.now() - dayMs },
        }),
    ],
    [
      'a time to come',
      () =>
        certificates.clientCa.issue({
          ...{ commonName: 'apiserver', usage: 'client' },
          notBefore: Date.now() + dayMs,
        }),
    ],
    ['a server', () => certificates.clientCa.issue({ commonName: 'apiserver', usage: 'server' })],
    [
      'an unknown name',
      () => certificates.clientCa.issue({ commonName: 'apiserver2', usage: 'client' }),
    ],
    [
      'two names',
      () => certificates.clientCa.issue({ commonName: 'apiserver/CN=apiserver', usage: 'client' }),
    ],
  ])('takes a certificate of %s for none', async (_what, issue) => {
    const { send, counted } = await start();
    const pair = await issue();
    expect((await send(pair)).status).toBe(401);
    expect(counted).toEqual(['unauthorized']);
    expect((await send(pair, byToken)).status).toBe(200);
  });

  it('takes a certificate for none once its time is over, on the same connection too', async () => {
    let now = Date.now();
    const { send } = await start({ now: () => now });
    const tls = { agent: new Agent({ keepAlive: true, maxSockets: 1 }) };
    expect((await send(certificates.named, { tls })).status).toBe(200);
    now += 3 * dayMs;
    expect((await send(certificates.named, { tls })).status).toBe(401);
    tls.agent.destroy();
  });

  it('asks for no certificate where there are no CAs', async () => {
    const files = (await start()).files;
    const { send } = await start({ tls: { ...files, clientCaFile: null } });
    expect((await send(certificates.named)).status).toBe(401);
    expect((await send(certificates.named, byToken)).status).toBe(200);
  });

  it('speaks TLS 1.2 and 1.3 without resuming sessions, and nothing older', async () => {
    const { port, counted, logged } = await start();
    const ca = certificates.serverCa.cert;
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
    await openSslRefuses(port, certificates.otherCa.cert);
    await until(() => counted.length === 1);
    const plain = connectPlain(port, '127.0.0.1');
    plain.end(`POST ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await text(plain)).not.toContain('200');
    await until(() => counted.length === 2);
    expect(counted).toEqual(['tls-failed', 'tls-failed']);
  });

  it('does not start with files that do not fit', async () => {
    const { files } = await start();
    await writeFile(files.keyFile, certificates.named.key);
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
  const ca = certificates.serverCa.cert;
  const socket = connect({ host: '127.0.0.1', port, ca, ...(session && { session }) });
  await once(socket, 'secureConnect');
  const isReused = socket.isSessionReused();
  socket.destroy();
  return isReused;
}
