import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from './http-rig.ts';
import { type HttpServerOptions } from './http-server.ts';
import {
  createCertificates,
  dayMs,
  type NewFiles,
  replace,
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

/** The common name in the certificate that a port shows to a new connection. */
async function nameOf(port: number): Promise<unknown> {
  const socket = connect({ host: '127.0.0.1', port, ca: certificates.serverCa.cert });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN;
}

describe('files of TLS that change', () => {
  it('count for new connections, while old ones go on', async () => {
    const { port, send, files, gauges, logged } = await start();
    const tls = { agent: new Agent({ keepAlive: true, maxSockets: 1 }) };
    expect((await send(certificates.named, { tls })).status).toBe(200);
    const notAfter = Date.parse('2098-01-02T03:04:05Z');
    await replace(
      files,
      await certificates.serverCa.issue({ commonName: 'next', usage: 'server', notAfter }),
    );
    await until(async () => (await nameOf(port)) === 'next');
    await until(() => gauges.get('ingest_tls_certificate_expiry_seconds') === notAfter / 1000);
    expect((await send(certificates.named, { tls })).status).toBe(200);
    expect(Object.keys(tls.agent.freeSockets)).toHaveLength(1);
    expect(logged).toEqual([expect.stringContaining('The TLS files were read anew.')]);
    tls.agent.destroy();
  });

  it.each<[string, () => NewFiles]>([
    ['are broken', () => ({ cert: 'nothing' })],
    ['do not fit', () => ({ key: certificates.named.key })],
  ])('do not count while they %s, which is told once', async (_what, broken) => {
    const { port, files, logged } = await start();
    await replace(files, broken());
    await until(() => logged.length > 0);
    expect(logged[0]).toContain('The TLS in use is kept; its files changed, but: AUDITSTREAM_IN');
    expect(await nameOf(port)).toBe('ingest');
    await replace(
      files,
      await certificates.serverCa.issue({ commonName: 'mended', usage: 'server' }),
    );
    await until(async () => (await nameOf(port)) === 'mended');
    expect(logged).toHaveLength(2);
  });

  it('do not count when their time is over', async () => {
    const { port, files, logged } = await start();
    const past = { notBefore: Date.now() - 2 * dayMs, notAfter: Date.now() - dayMs };
    await replace(
      files,
      await certificates.serverCa.issue({ commonName: 'past', usage: 'server', ...past }),
    );
    await until(() => logged.length > 0);
    expect(logged[0]).toMatch(/The certificate in .*tls.crt ended at /);
    expect(await nameOf(port)).toBe('ingest');
  });

  it('bring other CAs, and end what the last ones had let in', async () => {
    const { send, files } = await start();
    const tls = { agent: new Agent({ keepAlive: true, maxSockets: 1 }) };
    expect((await send(certificates.named, { tls })).status).toBe(200);
    const [kept] = Object.values(tls.agent.freeSockets).flat();
    const isClosed = once(kept as TLSSocket, 'close');
    await replace(files, { clientCa: certificates.otherCa.cert });
    await isClosed;
    expect((await send(certificates.named)).status).toBe(401);
    const another = await certificates.otherCa.issue({ commonName: 'apiserver', usage: 'client' });
    expect((await send(another)).status).toBe(200);
    await replace(files, { clientCa: certificates.otherCa.cert + certificates.clientCa.cert });
    await until(async () => (await send(certificates.named)).status === 200);
    expect((await send(another)).status).toBe(200);
    tls.agent.destroy();
  });
});

describe('the end of the certificate', () => {
  const hourMs = dayMs / 24;

  it.each([
    ['is far', 24 * hourMs, []],
    ['is near', 47 * hourMs, [expect.stringContaining('ends soon and was not renewed')]],
    ['is past', 5 * dayMs, [expect.stringContaining('The TLS certificate has ended')]],
  ])('is told of once when it %s, also at the start', async (_what, laterMs, told) => {
    const begun = Date.now();
    let looks = 0;
    const { logged } = await start({ now: () => ((looks += 1), begun + laterMs) });
    await until(() => looks > 20);
    expect(logged).toEqual(told);
  });

  it('is told of again after an hour', async () => {
    let now = Date.now() + 47 * hourMs;
    const { logged } = await start({ now: () => now });
    await until(() => logged.length === 1);
    now += hourMs + 1;
    await until(() => logged.length === 2);
    expect(logged[1]).toContain('The TLS certificate');
  });
});
