import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newClientCertificate, newToken } from './credential.ts';

const sha256 = (value: string | Buffer): string => createHash('sha256').update(value).digest('hex');

describe('a token', () => {
  it('is another one each time, and is known by its hash', () => {
    const [one, other] = [newToken(), newToken()];
    if (one.credential.type !== 'token') throw new Error('It is no token.');
    expect(one.credential.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(one.proof).toEqual({ key: 'tokenSha256', value: sha256(one.credential.token) });
    expect(other.proof.value).not.toBe(one.proof.value);
  });
});

describe('a client certificate', () => {
  it('is signed by its authority, for a client, for a year, and is known by its key', async () => {
    const now = Date.parse('2026-11-28T10:00:00Z');
    const { credential, proof, clientCa } = await newClientCertificate('production', now);
    if (credential.type !== 'certificate') throw new Error('It is no certificate.');
    const [authority, client] = [
      new X509Certificate(clientCa ?? ''),
      new X509Certificate(credential.certificate),
    ];
    expect(authority.ca).toBe(true);
    expect(client.ca).toBe(false);
    expect(client.checkIssued(authority)).toBe(true);
    expect(client.verify(authority.publicKey)).toBe(true);
    expect(client.subject).toBe('CN=kube-apiserver-audit-production');
    expect(client.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(Date.parse(client.validTo)).toBe(now + 365 * 24 * 3_600_000);
    expect(client.checkPrivateKey(createPrivateKey(credential.key))).toBe(true);
    const spki = createPublicKey(credential.certificate).export({ type: 'spki', format: 'der' });
    expect(proof).toEqual({ key: 'certificateKeySha256', value: sha256(spki) });
  });
});
