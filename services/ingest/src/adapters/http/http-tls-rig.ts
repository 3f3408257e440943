/** For tests: the webhook by TLS, and senders with certificates of every kind. */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TlsFiles } from '../../config.ts';
import { type Credential, type Source } from '../../domain/sources.ts';
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
  post,
  type Sending,
  startHttpRig,
  token,
} from './http-rig.ts';
import { type HttpServerOptions } from './http-server.ts';

export const dayMs = 86_400_000;

export interface TestCertificates {
  readonly serverCa: CertificateAuthority;
  readonly clientCa: CertificateAuthority;
  readonly otherCa: CertificateAuthority;
  readonly server: CertifiedKey;
  /** Its name belongs to the cluster `sample`. */
  readonly named: CertifiedKey;
  /** Its key belongs to the cluster `pinned`. */
  readonly pinned: CertifiedKey;
}

export async function createCertificates(): Promise<TestCertificates> {
  const [serverCa, clientCa, otherCa] = await Promise.all([
    createAuthority('the CA of servers'),
    createAuthority('the CA of clients'),
    createAuthority('another CA'),
  ]);
  const server = await serverCa.issue({ commonName: 'ingest', usage: 'server' });
  const named = await clientCa.issue({ commonName: 'apiserver', usage: 'client' });
  const pinned = await clientCa.issue({ commonName: 'somebody', usage: 'client' });
  return { serverCa, clientCa, otherCa, server, named, pinned };
}

export interface TlsRig extends HttpRig {
  readonly files: TlsFiles;
  /** Posts a good list with a certificate and without a token, where it is not told otherwise. */
  readonly send: (pair?: CertifiedKey, sending?: Sending) => Promise<Answer>;
}

/** Looks at its files a hundred times a second. */
export async function startTlsRig(
  certificates: TestCertificates,
  options: Partial<HttpServerOptions> = {},
): Promise<TlsRig> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-webhook-'));
  const [certFile, keyFile, clientCaFile] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const files = { certFile, keyFile, clientCaFile };
  await replace(files, { ...certificates.server, clientCa: certificates.clientCa.cert });
  const sources = sourcesOf(certificates);
  const rig = await startHttpRig({
    ...{ tls: files, sources: { current: () => sources }, now: Date.now, tlsEveryMs: 10 },
    ...options,
  });
  const send: TlsRig['send'] = (pair, sending = {}) => {
    const tls = { ca: certificates.serverCa.cert, ...pair, ...sending.tls };
    const headers = { authorization: undefined, ...sending.headers };
    return post(rig.port, listOf('{}'), { ...sending, headers, tls });
  };
  return { ...rig, files, send };
}

export const byToken: Sending = { headers: { authorization: `Bearer ${token}` } };

/** PEM. */
export interface NewFiles {
  readonly cert?: string;
  readonly key?: string;
  readonly clientCa?: string;
}

/** Replaces each file in one step, as whoever renews certificates does. */
export async function replace(files: TlsFiles, contents: NewFiles): Promise<void> {
  const { cert, key, clientCa } = contents;
  const texts = { certFile: cert, keyFile: key, clientCaFile: clientCa };
  for (const name of ['keyFile', 'certFile', 'clientCaFile'] as const) {
    const [to, content] = [files[name], texts[name]];
    if (to === null || content === undefined) continue;
    await writeFile(`${to}.new`, content);
    await rename(`${to}.new`, to);
  }
}

/** `sample` may send by token or by name, `pinned` by its key. */
function sourcesOf({ pinned }: TestCertificates): readonly Source[] {
  return [
    source(
      'sample',
      { type: 'token', sha256: digestOf(token) },
      { type: 'certificate-name', commonName: 'apiserver' },
    ),
    source('pinned', { type: 'certificate-key', sha256: keyDigestOf(pinned) }),
  ];
}

function source(cluster: string, ...credentials: readonly Credential[]): Source {
  return { kind: 'kubernetes-webhook', cluster, origin: 'live', credentials };
}

function keyDigestOf({ cert }: CertifiedKey): string {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('hex');
}
