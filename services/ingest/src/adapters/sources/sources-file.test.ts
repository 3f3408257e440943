import { describe, expect, it } from '@jest/globals';
import { parseSources, SourcesFileError } from './sources-file.ts';

const digest = '0'.repeat(64);

function problemsOf(text: string): readonly string[] {
  try {
    parseSources('/etc/sources.yaml', text);
  } catch (error) {
    if (!(error instanceof SourcesFileError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
  }
  return [];
}

describe('the sources file', () => {
  it('gives the sources', () => {
    const text = `
sources:
  - kind: kubernetes-webhook
    cluster: sample
    origin: replay
    tokenSha256: ${digest}
  - kind: kubernetes-webhook
    cluster: sample
    name: front
    tokenSha256: [${'A'.repeat(64)}, ${'b'.repeat(64)}]
    certificateName: the API server
    certificateKeySha256: ['${digest}']
  - { kind: kubernetes-log, cluster: "1", files: [/var/log/audit.log, more/audit.log] }
  - kind: docker-engine
    cluster: build-host-1
    origin: live
    socket: ./docker.sock
  - kind: docker-engine
    cluster: build-host-2
    address: tcp://build-host-2.example.com:2376
    ca: tls/ca.pem
    certificate: tls/cert.pem
    key: tls/key.pem
  - { kind: docker-engine, cluster: here, address: "tcp://[::1]:2375" }
`;
    expect(parseSources('/etc/auditstream/sources.yaml', text)).toEqual([
      {
        ...{ kind: 'kubernetes-webhook', cluster: 'sample', origin: 'replay' },
        credentials: [{ type: 'token', sha256: digest }],
      },
      {
        ...{ kind: 'kubernetes-webhook', cluster: 'sample', name: 'front', origin: 'live' },
        credentials: [
          { type: 'token', sha256: 'a'.repeat(64) },
          { type: 'token', sha256: 'b'.repeat(64) },
          { type: 'certificate-name', commonName: 'the API server' },
          { type: 'certificate-key', sha256: digest },
        ],
      },
      {
        kind: 'kubernetes-log',
        cluster: '1',
        origin: 'live',
        files: ['/var/log/audit.log', '/etc/auditstream/more/audit.log'],
      },
      {
        kind: 'docker-engine',
        cluster: 'build-host-1',
        origin: 'live',
        address: { type: 'unix', path: '/etc/auditstream/docker.sock' },
      },
      {
        kind: 'docker-engine',
        cluster: 'build-host-2',
        origin: 'live',
        address: {
          ...{ type: 'tcp', host: 'build-host-2.example.com', port: 2376 },
          tls: {
            ca: '/etc/auditstream/tls/ca.pem',
            certificate: '/etc/auditstream/tls/cert.pem',
            key: '/etc/auditstream/tls/key.pem',
          },
        },
      },
      {
        ...{ kind: 'docker-engine', cluster: 'here', origin: 'live' },
        address: { type: 'tcp', host: '::1', port: 2375, tls: null },
      },
    ]);
  });

  it.each([
    ['beginning', { kind: 'beginning' }],
    ['end', { kind: 'end' }],
    ['2026-11-28T00:00:00Z', { kind: 'time', micros: Date.UTC(2026, 10, 28) * 1_000 }],
  ])('gives patterns of log files, and where they begin: %s', (from, start) => {
    const text = `sources: [{ kind: kubernetes-log, cluster: a, files: ["/a/*/x*.log"], from: ${from} }]`;
    expect(parseSources('/etc/sources.yaml', text)).toEqual([
      {
        ...{ kind: 'kubernetes-log', cluster: 'a', origin: 'live' },
        ...{ files: ['/a/*/x*.log'], from: start },
      },
    ]);
  });

  it.each([
    ['never', 'never'],
    ['10m', 600_000],
  ])('gives after how long a source is silent: %s', (text, silentAfter) => {
    const entry = `{ kind: docker-engine, cluster: a, socket: /s, silentAfter: ${text} }`;
    expect(parseSources('/etc/sources.yaml', `sources: [${entry}]`)).toEqual([
      {
        ...{ kind: 'docker-engine', cluster: 'a', origin: 'live', silentAfter },
        address: { type: 'unix', path: '/s' },
      },
    ]);
  });

  it.each([
    [
      'sources: [{ kind: docker-engine, cluster: a, socket: /s, silentAfter: 5 }]',
      '1:71: silentAfter: expected never, or a duration from 10s to 366d such as 90s, 15m, 2h or 7d',
    ],
    ['', '1:1: expected one key, sources, with a list of at least one source'],
    ['sources: []', '1:1: expected one key, sources, with a list of at least one source'],
    ['source: [x]', '1:1: expected one key, sources, with a list of at least one source'],
    ['sources: [x]\nmore: 1', '1:1: expected one key, sources, with a list of at least one source'],
    ['sources: [x]', '1:11: expected a source: kind, cluster, and what the kind needs'],
    [
      'sources: [{ kind: x }]',
      '1:19: kind: expected one of kubernetes-webhook, kubernetes-log, docker-engine, docker-authz',
    ],
    [
      'sources: [{ cluster: a }]',
      '1:11: kind: expected one of kubernetes-webhook, kubernetes-log, docker-engine, docker-authz',
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a }]',
      "1:11: socket: expected the path of the engine's unix socket, or an address in its place",
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, socket: [/s] }]',
      "1:54: socket: expected the path of the engine's unix socket, or an address in its place",
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, address: "tcp://10.0.0.1:2375" }]',
      "1:55: address: expected ca, certificate and key beside it: without TLS only the machine's own engine is read",
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, address: "http://h:1" }]',
      '1:55: address: expected tcp://host:port',
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, address: "tcp://h:1", ca: a, certificate: b }]',
      '1:11: key: expected the path of a PEM file',
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, address: "tcp://127.0.0.1:1", socket: /s }]',
      '1:84: socket: an engine has a socket or an address, not both',
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, socket: /s, ca: a }]',
      '1:62: ca: only an address has it',
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, socket: /s, sokcet: /s }]',
      '1:58: unknown key sokcet; docker-engine has kind, cluster, origin, name, silentAfter, socket, address, ca, certificate, key',
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, socket: /s, origin: past }]',
      '1:66: origin: expected live or replay',
    ],
    [
      'sources: [{ kind: kubernetes-log, cluster: a, files: /f }]',
      '1:54: files: expected a list of paths',
    ],
    [
      'sources: [{ kind: kubernetes-log, cluster: a, files: [] }]',
      '1:54: files: expected a list of paths',
    ],
    [
      'sources: [{ kind: kubernetes-log, cluster: a, files: [/f], from: start }]',
      '1:66: from: expected beginning, end, or a time such as 2026-11-28T00:00:00Z',
    ],
    [
      'sources: [{ kind: kubernetes-log, cluster: a, files: [/f, /f] }]',
      '1:54: files: the same has been given before',
    ],
    [
      'sources: [{ kind: kubernetes-webhook, cluster: a, tokenSha256: secret }]',
      '1:64: tokenSha256: expected 64 hex digits, the SHA-256 of the token, or a list of such',
    ],
    [
      `sources: [{ kind: kubernetes-webhook, cluster: a, tokenSha256: [${digest}, x] }]`,
      '1:64: tokenSha256: expected 64 hex digits, the SHA-256 of the token, or a list of such',
    ],
    [
      'sources: [{ kind: kubernetes-webhook, cluster: a, certificateName: [] }]',
      '1:68: certificateName: expected the common name in the subject of a client certificate, at most 64 characters, or a list of such',
    ],
    [
      'sources: [{ kind: kubernetes-webhook, cluster: a }]',
      '1:11: expected at least one of tokenSha256, certificateName, certificateKeySha256',
    ],
    [
      'sources: [{ kind: kubernetes-webhook, cluster: a, certificateName: [x, x] }]',
      '1:68: certificateName: the same has been given before',
    ],
    [
      'sources: [{ kind: docker-engine, cluster: a, socket: /s, name: a/b }]',
      "1:64: name: expected a name of letters, digits, '.', '_' and '-', with a letter or digit at both ends, at most 253",
    ],
  ])('refuses %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each(['a/b', 'a b', '-a', 'a.', 'a\\nb', '', 'a'.repeat(254)])(
    'refuses a cluster "%s"',
    (name) => {
      const text = `sources: [{ kind: docker-engine, cluster: "${name}", socket: /s }]`;
      expect(problemsOf(text)).toEqual([expect.stringMatching(/^1:43: cluster: expected a name/)]);
    },
  );

  it('refuses YAML that is broken or has a key twice, with the place', () => {
    expect(problemsOf('sources: [')).toEqual([expect.stringMatching(/^1:/)]);
    expect(problemsOf('sources:\n- kind: a\n  kind: b')).toEqual([expect.stringMatching(/^3:3: /)]);
  });

  it('tells of all problems at once, with the file', () => {
    const webhook = `{ kind: kubernetes-webhook, cluster: a, tokenSha256: ${digest} }`;
    const text = `sources:\n- { kind: x }\n- ${webhook}\n- ${webhook}\n`;
    expect(problemsOf(text)).toHaveLength(2);
    expect(() => parseSources('/etc/sources.yaml', text)).toThrow(
      '/etc/sources.yaml:4:56: tokenSha256: the same has been given before',
    );
  });
});
