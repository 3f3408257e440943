/** Who sends: bearer tokens (RFC 6750 §2.1), known only by their SHA-256, and client certificates. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Credential, type WebhookSource } from '../../domain/sources.ts';
import { type ClientCertificate } from './client-certificate.ts';

/** What a request shows. */
export interface Presented {
  /** The Authorization header. */
  readonly authorization: string | undefined;
  /** Verified, and in its time. */
  readonly certificate: ClientCertificate | undefined;
}

export type Identification =
  | { readonly type: 'known'; readonly source: WebhookSource }
  /** Nothing that is known; or a token that is not, whatever the certificate says. */
  | { readonly type: 'unknown' }
  /** Each part is known, but they belong to different sources. */
  | { readonly type: 'disagreement' };

export type Identify = (presented: Presented) => Identification;

export function createIdentify(sources: readonly WebhookSource[]): Identify {
  const known = sources.flatMap((source) =>
    source.credentials.map((credential) => ({ source, fits: matcherOf(credential) })),
  );
  return ({ authorization, certificate }) => {
    const shown: Shown = { tokenDigest: tokenDigestOf(authorization), certificate };
    // Every credential is compared, and digests in constant time: how long it takes tells nothing.
    const fitting = known.map(({ source, fits }) => ({ source, by: fits(shown) }));
    const hasToken = fitting.some(({ by }) => by === 'token');
    if (authorization !== undefined && !hasToken) return { type: 'unknown' };
    const found = new Set(fitting.flatMap(({ source, by }) => (by === undefined ? [] : [source])));
    const [source, ...others] = found;
    if (source === undefined) return { type: 'unknown' };
    return others.length > 0 ? { type: 'disagreement' } : { type: 'known', source };
  };
}

interface Shown {
  readonly tokenDigest: Buffer | undefined;
  readonly certificate: ClientCertificate | undefined;
}

/** By what a request fits a credential, if it does. */
type Matcher = (shown: Shown) => 'token' | 'certificate' | undefined;

function matcherOf(credential: Credential): Matcher {
  switch (credential.type) {
    case 'token': {
      const digest = Buffer.from(credential.sha256, 'hex');
      return ({ tokenDigest }) =>
        tokenDigest !== undefined && timingSafeEqual(digest, tokenDigest) ? 'token' : undefined;
    }
    case 'certificate-name':
      return ({ certificate }) =>
        certificate?.commonName === credential.commonName ? 'certificate' : undefined;
    case 'certificate-key':
      return ({ certificate }) =>
        certificate?.keySha256 === credential.sha256 ? 'certificate' : undefined;
  }
}

function tokenDigestOf(authorization: string | undefined): Buffer | undefined {
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(authorization ?? '')?.[1];
  return token === undefined ? undefined : createHash('sha256').update(token).digest();
}
