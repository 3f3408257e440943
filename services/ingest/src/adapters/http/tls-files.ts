/** The files of the listener's TLS: read and checked whole, so that a bad one is never half in use. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { type TlsFiles } from '../../config.ts';
import { validityOf } from './client-certificate.ts';

export interface TlsMaterial {
  /** PEM: the listener's certificate and what follows it. */
  readonly cert: Buffer;
  /** PEM, not encrypted. */
  readonly key: Buffer;
  /** PEM of what client certificates are verified against; null where none are asked for. */
  readonly clientCa: Buffer | null;
  /** When the listener's certificate begins and ends to count, epoch milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A file can't be used. The message names its setting and path, and says what is wrong with it. */
export class TlsFilesError extends Error {
  override readonly name = 'TlsFilesError';
  readonly code = 'bad-tls-files';
  readonly retryable = false;

  constructor({ setting, path }: NamedFile, problem: string, cause?: unknown) {
    super(`${setting} is ${path}: ${problem}`, cause === undefined ? undefined : { cause });
  }
}

interface NamedFile {
  readonly setting: string;
  readonly path: string;
}

/** Reads all files. @throws TlsFilesError */
export async function readTlsFiles(files: TlsFiles): Promise<TlsMaterial> {
  const certFile = { setting: 'AUDITSTREAM_INGEST_TLS_CERT_FILE', path: files.certFile };
  const keyFile = { setting: 'AUDITSTREAM_INGEST_TLS_KEY_FILE', path: files.keyFile };
  const cert = await read(certFile);
  const key = await read(keyFile);
  const [own, ...chain] = certificatesIn(certFile, cert);
  const privateKey = privateKeyIn(keyFile, key);
  if (own?.checkPrivateKey(privateKey) !== true) {
    const isLater = chain.some((certificate) => certificate.checkPrivateKey(privateKey));
    const problem = isLater
      ? 'the certificate of the key is not the first: put it before the others'
      : `the key does not fit the certificate in ${certFile.path}`;
    throw new TlsFilesError(isLater ? certFile : keyFile, problem);
  }
  const clientCa = files.clientCaFile === null ? null : await readCa(files.clientCaFile);
  requireUsable(certFile, { cert, key });
  return { cert, key, clientCa, ...validityOf(own) };
}

async function readCa(path: string): Promise<Buffer> {
  const file = { setting: 'AUDITSTREAM_INGEST_TLS_CLIENT_CA_FILE', path };
  const bytes = await read(file);
  certificatesIn(file, bytes);
  return bytes;
}

async function read(file: NamedFile): Promise<Buffer> {
  try {
    return await readFile(file.path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'there is no such file' : 'the file can not be read';
    throw new TlsFilesError(file, `${problem} (${code ?? 'unknown'})`, error);
  }
}

/** Base64 and its line ends only: what a file holds besides, such as a key, is never taken for it. */
const certificateBlocks = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

function certificatesIn(file: NamedFile, bytes: Buffer): readonly X509Certificate[] {
  const blocks = bytes.toString('latin1').match(certificateBlocks) ?? [];
  if (blocks.length === 0) throw new TlsFilesError(file, 'it holds no certificate in PEM');
  return blocks.map((block, at) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new TlsFilesError(file, `its certificate number ${at + 1} is damaged`, error);
    }
  });
}

function privateKeyIn(file: NamedFile, bytes: Buffer): KeyObject {
  const text = bytes.toString('latin1');
  if (!/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text)) {
    const isEncrypted = text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----');
    const problem = isEncrypted ? 'its key is encrypted' : 'it holds no private key in PEM';
    throw new TlsFilesError(file, problem);
  }
  try {
    return createPrivateKey(bytes);
  } catch (error) {
    throw new TlsFilesError(file, 'its private key is damaged or encrypted', error);
  }
}

/** What OpenSSL itself refuses, such as a key that is too short. */
function requireUsable(file: NamedFile, pair: Pick<TlsMaterial, 'cert' | 'key'>): void {
  try {
    createSecureContext(pair);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TlsFilesError(file, `OpenSSL refuses it: ${reason}`, error);
  }
}
