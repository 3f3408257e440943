import { describe, expect, it } from '@jest/globals';
import { membersOf } from '../json-scan.ts';
import { type ScannedItem } from '../json-scan.ts';
import { defaultPolicy, parsePath, type RedactionPolicy } from './policy.ts';
import { type Redacted, redactItem, type RedactedSource } from './redact.ts';

function scanned(bytes: Buffer): ScannedItem {
  const members = membersOf(bytes, Infinity);
  if (members === null) throw new Error('The item is no object.');
  return { bytes, members };
}

function redacted(
  text: string,
  source: RedactedSource = 'kubernetes',
  policy: RedactionPolicy = defaultPolicy,
): Redacted {
  return redactItem(scanned(Buffer.from(text)), source, policy);
}

const R = '[redacted]';

function after(text: string, source?: RedactedSource, policy?: RedactionPolicy): string {
  return redacted(text, source, policy).bytes.toString();
}

describe('what stays', () => {
  it.each([
    [
      'names of variables and where they come from',
      '{"env":[{"name":"PW","valueFrom":{"secretKeyRef":{"name":"s","key":"password"}}}]}',
    ],
    [
      'references to secrets',
      '{"requestObject":{"spec":{"volumes":[{"secret":{"secretName":"tls"}}],"imagePullSecrets":[{"name":"regcred"}]}}}',
    ],
    [
      'empty values, nulls and markers',
      `{"requestObject":{"kind":"Secret","data":{"a":"","b":null,"c":"${R}"}}}`,
    ],
    ['data of other kinds', '{"requestObject":{"kind":"ControllerRevision","data":{"a":"x"}}}'],
    [
      'certificates and requests for them',
      '{"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K","ca":"-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----"}}',
    ],
    [
      'settings about tokens',
      '{"spec":{"automountServiceAccountToken":false,"tokenExpirationSeconds":3600,"secretName":"x"}}',
    ],
    [
      'what the API server says of its own time',
      '{"annotations":{"apiserver.latency.k8s.io/authorization":"1.2ms","authorization.k8s.io/decision":"allow"}}',
    ],
    [
      'refusals',
      '{"responseStatus":{"message":"secrets \\"token-1\\" is forbidden: User \\"bob\\" cannot get resource \\"secrets\\"","reason":"invalid bearer token, [invalid signature]"}}',
    ],
    [
      'pages',
      '{"requestURI":"/api/v1/pods?limit=500&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NTB9"}',
    ],
    [
      'commands without secrets',
      '{"requestURI":"/x/exec?command=%2Fbin%2Fsh&command=-c&command=cat+%2Fetc%2Fshadow%3B+id"}',
    ],
    ['host names and ports', '{"spec":{"url":"https://example.com:8443/a@b?c=d"}}'],
  ])('%s', (_what, text) => {
    const { bytes, counts, redactions } = redacted(text);
    expect(bytes.toString()).toBe(text);
    expect([counts.size, redactions]).toEqual([0, []]);
  });
});

describe('what goes', () => {
  it.each([
    [
      'every one of repeated keys',
      '{"requestObject":{"kind":"Pod","data":{"a":"x1"},"kind":"Secret","d\\u0061ta":{"a":"x2","a":3}}}',
      `{"requestObject":{"kind":"Pod","data":{"a":"${R}"},"kind":"Secret","d\\u0061ta":{"a":"${R}","a":"${R}"}}}`,
    ],
    [
      'whatever stands where text should',
      '{"requestObject":{"kind":"Secret","data":{"a":{"b":[1]},"c":true},"stringData":"x"}}',
      `{"requestObject":{"kind":"Secret","data":{"a":"${R}","c":"${R}"},"stringData":"${R}"}}`,
    ],
    [
      'bodies of a resource that is spelled in escapes',
      '{"objectRef":{"resource":"secr\\u0065ts"},"requestObject":{"data":{"a":"x"}}}',
      `{"objectRef":{"resource":"secr\\u0065ts"},"requestObject":{"data":{"a":"${R}"}}}`,
    ],
    [
      'a part of a text, the rest of which stays as it is spelled',
      '{"a":"caf\\u00e9 \\/ password=x1 \\u0026 9007199254740993","n":9007199254740993}',
      `{"a":"caf\\u00e9 \\/ password=${R} \\u0026 9007199254740993","n":9007199254740993}`,
    ],
    [
      'a value with a longer beginning than the marker',
      `{"a":"password=${R}x"}`,
      `{"a":"password=${R}"}`,
    ],
    [
      'numbers under the name of a password',
      '{"password":123456,"passwordLength":12}',
      `{"password":"${R}","passwordLength":12}`,
    ],
    [
      'an operation with two paths',
      '[{"path":"/a","path":"/data/b","value":{"x":1}}]',
      `[{"path":"/a","path":"/data/b","value":"${R}"}]`,
    ],
    [
      'an argument only',
      '{"requestURI":"/e?command=mysql&command=-uroot&command=-px1%26&container=c"}',
      `{"requestURI":"/e?command=mysql&command=-uroot&command=-p${R}&container=c"}`,
    ],
  ])('%s', (_what, text, expected) => {
    const asBody = text.startsWith('[') ? `{"requestObject":${text}}` : text;
    const wanted = text.startsWith('[') ? `{"requestObject":${expected}}` : expected;
    expect(after(asBody)).toBe(wanted);
  });
});

describe('what is recorded', () => {
  it('is path, kind and size of each removal, in order', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\\nQUJD\\n-----END RSA PRIVATE KEY-----';
    const text = `{"requestURI":"/x?token=abc%20d","requestObject":{"kind":"ConfigMap","data":{"tls.key":"${key}","db-password":"hunter2","note":"x"},"spec":{"containers":[{"env":[{"name":"API_TOKEN","value":"t1"}]}]}},"user":{"extra":{"n":["AKIAABCDEFGHIJKLMNOP"]}}}`;
    const { redactions, counts } = redacted(text);
    expect(redactions).toEqual([
      { path: 'requestURI', kind: 'token', size: 7 },
      { path: 'requestObject.data["tls.key"]', kind: 'private_key', size: key.length },
      { path: 'requestObject.data.db-password', kind: 'password', size: 7 },
      { path: 'requestObject.data.note', kind: 'opaque', size: 1 },
      { path: 'requestObject.spec.containers[0].env[0].value', kind: 'token', size: 2 },
      { path: 'user.extra.n[0]', kind: 'cloud_key', size: 20 },
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      ...{ token: 2, private_key: 1, password: 1, opaque: 1, cloud_key: 1 },
    });
  });

  it('is bounded, while everything goes', () => {
    const data = Object.fromEntries(Array.from({ length: 1000 }, (_none, at) => [`k${at}`, 'x1y']));
    const item = JSON.stringify({ requestObject: { kind: 'Secret', data } });
    const { bytes, redactions, counts } = redacted(item);
    expect(bytes.toString()).not.toContain('x1y');
    expect([redactions.length, counts.get('opaque')]).toEqual([256, 1000]);
  });

  it('has neither long nor secret keys in its paths', () => {
    const item = { [`ghp_${'a'.repeat(36)}`]: { ['k'.repeat(10_000)]: { password: 'x' } } };
    const { redactions } = redacted(JSON.stringify(item));
    expect(redactions).toHaveLength(2);
    for (const { path } of redactions) {
      expect(path.length).toBeLessThanOrEqual(512);
      expect(path).not.toContain('ghp_');
    }
  });

  it('has the kind that a Secret has in base64', () => {
    const data = { a: Buffer.from('AKIAABCDEFGHIJKLMNOP').toString('base64') };
    const { redactions } = redacted(JSON.stringify({ responseObject: { kind: 'Secret', data } }));
    expect(redactions.map(({ kind }) => kind)).toEqual(['cloud_key']);
  });
});

describe('settings', () => {
  const policy = (resource: string, path: string): RedactionPolicy => ({
    ...defaultPolicy,
    paths: [{ resource, steps: parsePath(path) ?? [] }],
  });
  const event = (body: unknown, apiGroup = 'example.com'): string =>
    JSON.stringify({ objectRef: { apiGroup, resource: 'dbs' }, requestObject: body });

  it.each([
    ['spec.a', { spec: { a: { b: 1 }, c: 2 } }, { spec: { a: R, c: 2 } }],
    ['spec.u[].n', { spec: { u: [{ n: 1 }, { m: 2 }] } }, { spec: { u: [{ n: R }, { m: 2 }] } }],
    ['spec.*.n', { spec: { x: { n: 1 }, y: { n: 2 } } }, { spec: { x: { n: R }, y: { n: R } } }],
    ['a["b/c.d"]', { a: { 'b/c.d': 'x', b: 'y' } }, { a: { 'b/c.d': R, b: 'y' } }],
    ['spec.a', { items: [{ spec: { a: 1 } }] }, { items: [{ spec: { a: R } }] }],
    [
      'spec.u[].n',
      [{ op: 'add', path: '/spec/u/0', value: { n: 1, m: 2 } }],
      [{ op: 'add', path: '/spec/u/0', value: { n: R, m: 2 } }],
    ],
    ['spec.a', [{ value: 1, path: '/spec/a' }], [{ value: R, path: '/spec/a' }]],
  ])('take what stands at %s', (path, body, expected) => {
    expect(after(event(body), 'kubernetes', policy('example.com/dbs', path))).toBe(event(expected));
    expect(after(event(body), 'kubernetes', policy('*', path))).toBe(event(expected));
    expect(after(event(body), 'kubernetes', policy('dbs', path))).toBe(event(body));
  });

  it('know the core group by its missing name', () => {
    expect(after(event({ a: 1 }, ''), 'kubernetes', policy('dbs', 'a'))).toBe(event({ a: R }, ''));
  });

  const drop: RedactionPolicy = { ...defaultPolicy, execArguments: 'drop' };

  it('drop all arguments of exec', () => {
    const uri = '{"requestURI":"/x/exec?command=ls&command=-l&stdin=true&command=%2F"}';
    expect(after(uri, 'kubernetes', drop)).toBe(
      `{"requestURI":"/x/exec?command=ls&command=${R}&stdin=true&command=${R}"}`,
    );
    const action = '{"Action":"exec_create: /bin/ls -l /","status":"exec_die"}';
    expect(after(action, 'docker', drop)).toBe(
      `{"Action":"exec_create: /bin/ls ${R}","status":"exec_die"}`,
    );
  });

  it.each(['', '.', 'a.', 'a..b', 'a[', 'a[0]', 'a["', 'a b'])('refuse the path %j', (path) => {
    expect(parsePath(path)).toBeUndefined();
  });
});

describe('a text that quotes another of several lines', () => {
  const message = (quoted: string): string =>
    JSON.stringify({ responseStatus: { message: `Thing ${JSON.stringify(quoted)} is invalid` } });

  it.each([
    ['first', 'password: correct horse\nuser: bob', `password: ${R}\nuser: bob`],
    ['last', 'user: bob\npassword: correct horse', `user: bob\npassword: ${R}`],
    ['nested', 'a:\n  - token: b c d\n  - d: e', `a:\n  - token: ${R}\n  - d: e`],
  ])('loses a value with blanks on its %s line', (_line, quoted, left) => {
    expect(after(message(quoted))).toBe(message(left));
  });
});
