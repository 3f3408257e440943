import { describe, expect, it } from '@jest/globals';
import { entriesOf, valuesOf, withEntry, withoutEntries, withValues } from './sources-document.ts';

const text = `# Ours.
sources:
  # The first.
  - kind: kubernetes-webhook # by token
    cluster: production
    tokenSha256: 0000000000000000000000000000000000000000000000000000000000000001
  - { kind: kubernetes-log, cluster: production, files: [ /var/log/audit.log ] }

  # The engine.
  - kind: docker-engine
    cluster: build-host-1
    socket: /var/run/docker.sock
`;
const path = 'sources.yaml';
const webhook = { cluster: 'production', kind: 'kubernetes-webhook' };

describe('the sources file', () => {
  it('is read as far as it is known', () => {
    expect(
      entriesOf(path, text).map(({ kind, cluster, origin }) => [kind, cluster, origin]),
    ).toEqual([
      ['kubernetes-webhook', 'production', 'live'],
      ['kubernetes-log', 'production', 'live'],
      ['docker-engine', 'build-host-1', 'live'],
    ]);
  });

  it('keeps comments and order when an entry is added', () => {
    const changed = withEntry(path, text, { kind: 'docker-engine', cluster: 'b', socket: '/s' });
    expect(changed.startsWith(text)).toBe(true);
    expect(changed.slice(text.length)).toBe(
      '  - kind: docker-engine\n    cluster: b\n    socket: /s\n',
    );
  });

  it('begins with a comment where there was none, and takes entries into an empty list', () => {
    const entry = { kind: 'docker-engine', cluster: 'b', socket: '/s' };
    expect(withEntry(path, null, entry)).toBe(
      '# The audit trails that ingest takes in; docs/ingest.md describes every kind of source.\n' +
        'sources:\n  - kind: docker-engine\n    cluster: b\n    socket: /s\n',
    );
    expect(entriesOf(path, withEntry(path, 'sources: []\n', entry))).toHaveLength(1);
  });

  it('loses the entries that fit, and no others', () => {
    const changed = withoutEntries(path, text, webhook);
    expect(entriesOf(path, changed).map(({ kind }) => kind)).toEqual([
      'kubernetes-log',
      'docker-engine',
    ]);
    expect(changed).toContain('# The engine.');
    expect(entriesOf(path, withoutEntries(path, text, { cluster: 'production' }))).toHaveLength(1);
  });

  it('is not left without any, and not changed where nothing fits', () => {
    const one = 'sources:\n  - { kind: docker-engine, cluster: b, socket: /s }\n';
    expect(() => withoutEntries(path, one, { cluster: 'b' })).toThrow(/no source at all/);
    expect(() => withoutEntries(path, text, { cluster: 'x' })).toThrow(/no source of x/);
  });

  it('takes several values under a key, and one again', () => {
    const key = 'tokenSha256';
    const old = '0000000000000000000000000000000000000000000000000000000000000001';
    const both = withValues(path, text, { selector: webhook, key, values: [old, 'b'.repeat(64)] });
    expect(entriesOf(path, both).flatMap((entry) => valuesOf(entry, key))).toEqual([
      old,
      'b'.repeat(64),
    ]);
    const one = withValues(path, both, { selector: webhook, key, values: ['b'.repeat(64)] });
    expect(one).toBe(text.replace(old, 'b'.repeat(64)));
  });

  it('is refused where it is no list of sources', () => {
    expect(() => entriesOf(path, 'sources: 7\n')).toThrow(/has no list of sources/);
    expect(() => entriesOf(path, 'a: [\n')).toThrow(/sources.yaml cannot be read/);
  });
});
