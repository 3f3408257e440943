import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateAuthority,
  type CertifiedKey,
  createAuthority,
} from './certificates-rig.ts';
import { readTlsFiles } from './tls-files.ts';

let ca: CertificateAuthority;
let pair: CertifiedKey;
let other: CertifiedKey;
let encrypted: string;
let short: CertifiedKey;

beforeAll(async () => {
  ca = await createAuthority('the CA');
  const notAfter = Date.parse('2099-01-02T03:04:05Z');
  pair = await ca.issue({ commonName: 'one', usage: 'server', notAfter });
  other = await ca.issue({ commonName: 'two', usage: 'server' });
  encrypted = await openssl(pair.key, ['ec', '-aes128', '-passout', 'pass:secret']);
  short = await shortRsa();
});

async function openssl(input: string, args: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-tls-'));
  const [from, to] = [join(folder, 'in'), join(folder, 'out')];
  await writeFile(from, input);
  await promisify(execFile)('openssl', [...args, '-in', from, '-out', to]);
  return readFile(to, 'utf8');
}

/** A pair that fits, and that OpenSSL takes for no server. */
async function shortRsa(): Promise<CertifiedKey> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-tls-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const made = ['-newkey', 'rsa:512', '-nodes', '-keyout', key, '-out', cert, '-subj', '/CN=x'];
  await promisify(execFile)('openssl', ['req', '-x509', ...made]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}

interface Contents {
  /** Null where there is no such file. */
  readonly cert?: string | null;
  readonly key?: string | null;
  readonly clientCa?: string | null;
}

async function read(contents: Contents): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-tls-'));
  const all = { cert: pair.cert, key: pair.key, clientCa: ca.cert, ...contents };
  const path = (name: keyof Contents): string => join(folder, name);
  for (const name of ['cert', 'key', 'clientCa'] as const) {
    const text = all[name];
    if (text !== null) await writeFile(path(name), text);
  }
  const files = { certFile: path('cert'), keyFile: path('key'), clientCaFile: path('clientCa') };
  return readTlsFiles(files);
}

describe('the files of TLS', () => {
  it('are read with the time in which the certificate counts', async () => {
    expect(await read({ cert: pair.cert + ca.cert })).toMatchObject({
      cert: Buffer.from(pair.cert + ca.cert),
      key: Buffer.from(pair.key),
      clientCa: Buffer.from(ca.cert),
      notAfter: Date.parse('2099-01-02T03:04:05Z'),
    });
  });

  it.each<[string, () => Contents, RegExp]>([
    [
      'no certificate',
      () => ({ cert: null }),
      /CERT_FILE is .*\/cert: there is no such file \(ENO/,
    ],
    ['no key', () => ({ key: null }), /KEY_FILE is .*\/key: there is no such file/],
    ['no CAs', () => ({ clientCa: null }), /CLIENT_CA_FILE is .*\/clientCa: there is no such/],
    ['an empty certificate', () => ({ cert: '' }), /CERT_FILE is .* no certificate in PEM/],
    ['a key in its place', () => ({ cert: pair.key }), /CERT_FILE is .* no certificate in PEM/],
    ['CAs without any', () => ({ clientCa: 'x' }), /CLIENT_CA_FILE is .* no certificate in PEM/],
    ['a certificate as key', () => ({ key: pair.cert }), /KEY_FILE is .* no private key in PEM/],
    ['an encrypted key', () => ({ key: encrypted }), /KEY_FILE is .* damaged or encrypted/],
    ['a key of another', () => ({ key: other.key }), /KEY_FILE is .* does not fit .*\/cert/],
    ['a chain before it', () => ({ cert: ca.cert + pair.cert }), /CERT_FILE is .* not the first/],
    ['a short key', () => ({ ...short }), /CERT_FILE is .*OpenSSL refuses it: .*too small/],
    [
      'a damaged certificate behind a good one',
      () => ({ cert: pair.cert + ca.cert.replace(/\n.{40}/, '\n') }),
      /CERT_FILE is .* certificate number 2 is damaged/,
    ],
  ])('are refused with setting, file and reason for %s', async (_what, contents, message) => {
    await expect(read(contents())).rejects.toThrow(message);
    await expect(read(contents())).rejects.toMatchObject({ code: 'bad-tls-files' });
  });
});
