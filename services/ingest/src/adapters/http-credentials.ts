/** Bearer tokens (RFC 6750 §2.1), known only by their SHA-256. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type WebhookSource } from '../domain/sources.ts';

/** Finds the source that an Authorization header belongs to; undefined where there is none. */
export type FindCredential = (authorization: string | undefined) => WebhookSource | undefined;

export function createCredentials(sources: readonly WebhookSource[]): FindCredential {
  const known = sources.map((source) => ({
    source,
    digest: Buffer.from(source.tokenSha256, 'hex'),
  }));
  return (authorization) => {
    const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const digest = createHash('sha256').update(token).digest();
    // Every digest is compared, and each in constant time: how long it takes tells nothing.
    return known.filter((candidate) => timingSafeEqual(candidate.digest, digest))[0]?.source;
  };
}
