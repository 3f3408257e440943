import { createHash, type X509Certificate } from 'node:crypto';

/** What a client certificate says of its holder. */
export interface ClientCertificate {
  /** The common name in the subject; undefined where there is none, or more than one. */
  readonly commonName: string | undefined;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, lower-case hex. */
  readonly keySha256: string;
  /** Epoch milliseconds between which it counts. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export function readClientCertificate(certificate: X509Certificate): ClientCertificate {
  // The text form of a subject can be read in two ways where a name has odd characters in it.
  const { subject } = certificate.toLegacyObject() as { readonly subject?: { CN?: unknown } };
  const name = subject?.CN;
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return {
    commonName: typeof name === 'string' ? name : undefined,
    keySha256: createHash('sha256').update(key).digest('hex'),
    ...validityOf(certificate),
  };
}

/** Epoch milliseconds. */
export function validityOf(certificate: X509Certificate): {
  readonly notBefore: number;
  readonly notAfter: number;
} {
  return {
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
  };
}
