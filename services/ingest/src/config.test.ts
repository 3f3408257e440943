import { describe, expect, it } from '@jest/globals';
import { requireProtectedAddress, requireSourcesFile } from './config.ts';

describe('the address of the webhook', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('may be %s', (host) => {
    expect(() => {
      requireProtectedAddress({ host, allowPlaintext: false });
    }).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', 'ingest', '1270.0.0.1'])(
    'may be %s only where plain text is allowed',
    (host) => {
      expect(() => {
        requireProtectedAddress({ host, allowPlaintext: false });
      }).toThrow(`AUDITSTREAM_INGEST_HOST is ${host}`);
      expect(() => {
        requireProtectedAddress({ host, allowPlaintext: true });
      }).not.toThrow();
    },
  );
});

describe('the sources file', () => {
  it('has to be named', () => {
    expect(requireSourcesFile('/etc/sources.yaml')).toBe('/etc/sources.yaml');
    expect(() => requireSourcesFile(null)).toThrow('AUDITSTREAM_SOURCES_FILE is not set');
  });
});
