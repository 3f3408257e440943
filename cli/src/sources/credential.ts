/** Credentials that let an API server send events in. */
import 'reflect-metadata';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type ApiServerCredential } from '../api-server/kit.ts';

/** A credential, and what the sources file says of it: nothing that would let anybody in. */
export interface NewCredential {
  readonly credential: ApiServerCredential;
  readonly proof: CredentialProof;
  /** PEM of what ingest has to verify client certificates against; null for a token. */
  readonly clientCa: string | null;
}

/** A key of an entry in the sources file, and its value. */
export interface CredentialProof {
  readonly key: 'tokenSha256' | 'certificateKeySha256';
  /** 64 hex digits. */
  readonly value: string;
}

/** A bearer token of 256 random bits. */
export function newToken(): NewCredential {
  const token = randomBytes(32).toString('base64url');
  const value = createHash('sha256').update(token).digest('hex');
  return {
    credential: { type: 'token', token },
    proof: { key: 'tokenSha256', value },
    clientCa: null,
  };
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const yearMs = 365 * 24 * 3_600_000;
/** Clocks differ. */
const marginMs = 3_600_000;

/**
 * A client certificate for a year, of a private authority whose key is forgotten at once: it signs nothing
 * else. Ingest knows the certificate by the hash of its public key.
 * @param now epoch milliseconds
 */
export async function newClientCertificate(cluster: string, now: number): Promise<NewCredential> {
  const [authorityKeys, keys] = [await newKeys(), await newKeys()];
  const validity = { notBefore: new Date(now - marginMs), notAfter: new Date(now + yearMs) };
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      name: [{ CN: [`auditstream client authority ${cluster}`] }],
      keys: authorityKeys,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    },
    webcrypto,
  );
  const certificate = await X509CertificateGenerator.create(
    {
      ...validity,
      subject: [{ CN: [`kube-apiserver-audit-${cluster}`] }],
      issuer: authority.subject,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      ],
    },
    webcrypto,
  );
  const exported = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = `${PemConverter.encode(exported, 'PRIVATE KEY')}\n`;
  return {
    credential: { type: 'certificate', certificate: pemOf(certificate), key },
    proof: { key: 'certificateKeySha256', value: keyHash(certificate) },
    clientCa: pemOf(authority),
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

/** SHA-256 of the SubjectPublicKeyInfo (RFC 5280 §4.1), DER. */
function keyHash(certificate: X509Certificate): string {
  return createHash('sha256').update(Buffer.from(certificate.publicKey.rawData)).digest('hex');
}
