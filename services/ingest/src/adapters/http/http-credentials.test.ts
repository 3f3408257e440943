import { describe, expect, it } from '@jest/globals';
import { type Credential, type WebhookSource } from '../../domain/sources.ts';
import { type ClientCertificate } from './client-certificate.ts';
import { createIdentify, type Presented } from './http-credentials.ts';
import { digestOf } from './http-rig.ts';

const key = digestOf('a key');

function source(cluster: string, ...credentials: readonly Credential[]): WebhookSource {
  return { kind: 'kubernetes-webhook', cluster, origin: 'live', credentials };
}

const byToken = source('token', { type: 'token', sha256: digestOf('one') });
const rotating = source(
  'rotating',
  { type: 'token', sha256: digestOf('old') },
  { type: 'token', sha256: digestOf('new') },
  { type: 'certificate-name', commonName: 'apiserver' },
);
const byKey = source('key', { type: 'certificate-key', sha256: key });
const identify = createIdentify([byToken, rotating, byKey]);

function certificate(commonName: string | undefined, keySha256 = digestOf('?')): ClientCertificate {
  return { commonName, keySha256, notBefore: 0, notAfter: Infinity };
}

const bearer = (token: string): string => `Bearer ${token}`;
const none: Presented = { authorization: undefined, certificate: undefined };

describe('who sends', () => {
  it.each<[string, Partial<Presented>, WebhookSource]>([
    ['a token', { authorization: bearer('one') }, byToken],
    ['the first of two tokens', { authorization: bearer('old') }, rotating],
    ['the second of two tokens', { authorization: bearer('new') }, rotating],
    ['a name', { certificate: certificate('apiserver') }, rotating],
    ['a key, whatever the name', { certificate: certificate(undefined, key) }, byKey],
    [
      'a token and a name of one source',
      { authorization: bearer('new'), certificate: certificate('apiserver') },
      rotating,
    ],
    [
      'a token, beside a certificate that nobody knows',
      { authorization: bearer('one'), certificate: certificate('mesh') },
      byToken,
    ],
  ])('is known by %s', (_what, presented, known) => {
    expect(identify({ ...none, ...presented })).toEqual({ type: 'known', source: known });
  });

  it.each<[string, Partial<Presented>]>([
    ['nothing', {}],
    ['an unknown token', { authorization: bearer('two') }],
    ['an unknown name', { certificate: certificate('APISERVER') }],
    ['a certificate without a name', { certificate: certificate(undefined) }],
    [
      'an unknown token, beside a name that is known',
      { authorization: bearer('two'), certificate: certificate('apiserver') },
    ],
    [
      'another scheme, beside a name that is known',
      { authorization: 'Basic b25l', certificate: certificate('apiserver') },
    ],
    [
      'an empty header, beside a name that is known',
      { authorization: '', certificate: certificate('apiserver') },
    ],
  ])('is unknown by %s', (_what, presented) => {
    expect(identify({ ...none, ...presented })).toEqual({ type: 'unknown' });
  });

  it.each<[string, Partial<Presented>]>([
    ['token and name', { authorization: bearer('one'), certificate: certificate('apiserver') }],
    ['name and key', { certificate: certificate('apiserver', key) }],
  ])('is refused when %s belong to different sources', (_what, presented) => {
    expect(identify({ ...none, ...presented })).toEqual({ type: 'disagreement' });
  });
});
