import { describe, expect, it } from '@jest/globals';
import { requireProtection, requireSourcesFile } from './config.ts';
import { type Source } from './domain/sources.ts';

const noTls = { certFile: null, keyFile: null, clientCaFile: null };
const webhook = { host: '127.0.0.1', allowPlaintext: false, tls: noTls };
const pair = { certFile: '/tls.crt', keyFile: '/tls.key', clientCaFile: null };

describe('the address of the webhook', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('may be %s without TLS', (host) => {
    expect(requireProtection({ ...webhook, host }, [])).toBeNull();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', 'ingest', '1270.0.0.1'])(
    'may be %s only with TLS, or where plain text is allowed',
    (host) => {
      const exposed = { ...webhook, host };
      expect(() => requireProtection(exposed, [])).toThrow(`AUDITSTREAM_INGEST_HOST is ${host}`);
      expect(requireProtection({ ...exposed, allowPlaintext: true }, [])).toBeNull();
      expect(requireProtection({ ...exposed, tls: pair }, [])).toEqual(pair);
    },
  );
});

describe('the files of TLS', () => {
  it.each([
    [
      { ...noTls, certFile: '/c' },
      /TLS_CERT_FILE is set and AUDITSTREAM_INGEST_TLS_KEY_FILE is no/,
    ],
    [{ ...noTls, keyFile: '/k' }, /TLS_KEY_FILE is set and AUDITSTREAM_INGEST_TLS_CERT_FILE is no/],
    [{ ...noTls, clientCaFile: '/a' }, /TLS_CLIENT_CA_FILE is set, and .* are not/],
  ])('must be whole: %j', (tls, message) => {
    expect(() => requireProtection({ ...webhook, tls }, [])).toThrow(message);
  });

  it('must have CAs where a source names a certificate', () => {
    const source: Source = {
      ...{ kind: 'kubernetes-webhook', cluster: 'c', origin: 'live', name: 'front' },
      credentials: [{ type: 'certificate-name', commonName: 'apiserver' }],
    };
    const message = /^front names a client certificate, but AUDITSTREAM_INGEST_TLS_CLIENT_CA_FILE/;
    expect(() => requireProtection({ ...webhook, tls: pair }, [source])).toThrow(message);
    const tls = { ...pair, clientCaFile: '/ca.crt' };
    expect(requireProtection({ ...webhook, tls }, [source])).toEqual(tls);
  });
});

describe('the sources file', () => {
  it('has to be named', () => {
    expect(requireSourcesFile('/etc/sources.yaml')).toBe('/etc/sources.yaml');
    expect(() => requireSourcesFile(null)).toThrow('AUDITSTREAM_SOURCES_FILE is not set');
  });
});
