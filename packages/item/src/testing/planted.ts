/** Secrets that tests plant, and the places where they plant them. None of them opens anything. */

export interface PlantedSecret {
  readonly what: string;
  readonly value: string;
  /** A part that no other text has; it must be gone. */
  readonly core: string;
  /** Whether it shows by itself, under whatever name. */
  readonly shows: boolean;
}

const letters = 'Zq7Xw3Kp9Vb2Nm5Tr8Lc4Hd6Jf1Gs0YaUeIoPlAnTeD';
const core = (length: number): string => letters.repeat(3).slice(0, length);
const token = (prefix: string, length: number): PlantedSecret => ({
  ...{
    what: `token ${prefix}`,
    value: `${prefix}${core(length)}`,
    core: core(length),
    shows: true,
  },
});
const plain = (what: string, value: string): PlantedSecret => ({
  ...{ what, value, core: value, shows: false },
});
const coded = (text: string): string => Buffer.from(text).toString('base64');
const jwt = [coded('{"alg":"RS256"}').replace(/=/g, ''), core(40), core(60)].join('.');
const upper = core(40)
  .toUpperCase()
  .replace(/[^A-Z0-9]/g, '');
const pem = (label: string): string =>
  `-----BEGIN ${label}-----\n${core(43)}\n${core(40)}\n-----END ${label}-----`;

export const plantedSecrets: readonly PlantedSecret[] = [
  plain('password', 'correct-horse7battery'),
  plain('password with signs', 'h%40nt&r=2;x,y/z'),
  plain('bootstrap token', 'abcdef.0123456789abcdef'),
  plain('opaque key', core(32)),
  { what: 'RSA key', value: pem('RSA PRIVATE KEY'), core: core(40), shows: true },
  { what: 'EC key', value: pem('EC PRIVATE KEY'), core: core(40), shows: true },
  { what: 'SSH key', value: pem('OPENSSH PRIVATE KEY'), core: core(40), shows: true },
  { what: 'PGP key', value: pem('PGP PRIVATE KEY BLOCK'), core: core(40), shows: true },
  {
    what: 'key without its end',
    value: pem('PRIVATE KEY').slice(0, 100),
    core: core(40),
    shows: true,
  },
  {
    what: 'key in base64',
    value: coded(pem('PRIVATE KEY')),
    core: coded(pem('PRIVATE KEY')).slice(60, 90),
    shows: true,
  },
  { what: 'AGE key', value: `AGE-SECRET-KEY-1${upper.repeat(3)}`, core: upper, shows: true },
  { what: 'service account token', value: jwt, core: core(40), shows: true },
  {
    what: 'AWS access key',
    value: `AKIA${upper.slice(0, 16)}`,
    core: upper.slice(0, 16),
    shows: true,
  },
  { what: 'AWS pair', value: `ASIA${upper.slice(0, 16)}:${core(40)}`, core: core(40), shows: true },
  {
    what: 'AWS secret key',
    value: `aws_secret_access_key=${core(40)}`,
    core: core(40),
    shows: true,
  },
  token('AIza', 35),
  token('ya29.', 40),
  {
    what: 'Azure connection',
    value: `AccountName=a;AccountKey=${core(86)}==`,
    core: core(86),
    shows: true,
  },
  { what: 'Azure client secret', value: `abc8Q~${core(34)}`, core: core(34), shows: true },
  token(`ghp_`, 36),
  token(`github_pat_`, 60),
  token(`glpat-`, 20),
  token(`xoxb-`, 40),
  token(`https://hooks.slack.com/services/`, 40),
  token(`sk_live_`, 24),
  token(`npm_`, 36),
  token(`hvs.`, 40),
  token(`dckr_pat_`, 27),
  token(`sk-`, 40),
  { what: 'bearer', value: `Authorization: Bearer ${core(30)}`, core: core(30), shows: true },
  {
    what: 'basic',
    value: `Basic ${coded(`user:${core(20)}`)}`,
    core: coded(`user:${core(20)}`).slice(8, 30),
    shows: true,
  },
  { what: 'URL', value: `postgres://app:${core(18)}@db:5432/app`, core: core(18), shows: true },
  { what: 'assignment', value: `PASSWORD=${core(18)}`, core: core(18), shows: true },
  {
    what: 'YAML',
    value: `user: bob\npassword: ${core(9)} ${core(12)}\n`,
    core: core(12),
    shows: true,
  },
  {
    what: 'JSON',
    value: JSON.stringify({ auth: { password: core(18) } }),
    core: core(18),
    shows: true,
  },
  {
    what: 'JSON in JSON',
    value: JSON.stringify(JSON.stringify({ token: `a"${core(18)}` })),
    core: core(18),
    shows: true,
  },
  {
    what: 'Docker login',
    value: coded(`{"auths":{"r.example.com":{"auth":"${core(18)}"}}}`),
    core: coded(core(18)).slice(6, 16),
    shows: true,
  },
];

export interface PlantedItem {
  readonly source: 'kubernetes' | 'docker';
  readonly item: Buffer;
}

export interface PlantedPlace {
  readonly where: string;
  /** Whether a secret goes here whatever it looks like. */
  readonly takesAll: boolean;
  readonly plant: (secret: string) => PlantedItem;
}

const event = {
  ...{ level: 'RequestResponse', auditID: 'a-1', stage: 'ResponseComplete', verb: 'create' },
  ...{ requestURI: '/api/v1/namespaces/shop/things', user: { username: 'alice' } },
  ...{ objectRef: { resource: 'things', namespace: 'shop', name: 'one' } },
  ...{ responseStatus: { metadata: {}, code: 201 } },
  ...{ requestReceivedTimestamp: '2026-11-22T01:55:02.487631Z' },
  ...{ stageTimestamp: '2026-11-22T01:55:02.491335Z' },
};

function kubernetes(changes: object): PlantedItem {
  return { source: 'kubernetes', item: Buffer.from(JSON.stringify({ ...event, ...changes })) };
}

function docker(Action: string, Attributes: object = {}): PlantedItem {
  const Actor = { ID: 'c1', Attributes };
  const item = { status: Action, Type: 'container', Action, Actor, timeNano: 1_795_312_462_763 };
  return { source: 'docker', item: Buffer.from(JSON.stringify(item)) };
}

const request = (requestObject: unknown): PlantedItem => kubernetes({ requestObject });
const about = (resource: string, responseObject: unknown): PlantedItem =>
  kubernetes({ objectRef: { resource, name: 'one' }, responseObject });
const pod = (container: object): object => ({
  kind: 'Pod',
  spec: { containers: [{ name: 'c', ...container }] },
});
const exec = (...args: readonly string[]): PlantedItem => {
  const query = args.map((arg) => `command=${encodeURIComponent(arg)}`).join('&');
  return kubernetes({ requestURI: `/api/v1/namespaces/shop/pods/web/exec?${query}&stdin=true` });
};

type Plant = PlantedPlace['plant'];
const all = (where: string, plant: Plant): PlantedPlace => ({ where, takesAll: true, plant });
const showing = (where: string, plant: Plant): PlantedPlace => ({ where, takesAll: false, plant });
const secretOf = (key: string, value: unknown): object => ({ kind: 'Secret', [key]: { k: value } });
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export const plantedPlaces: readonly PlantedPlace[] = [
  all('data of a Secret', (s) => request(secretOf('data', coded(s)))),
  all('stringData of a Secret', (s) => request(secretOf('stringData', s))),
  all('data of a Secret that says so behind it', (s) =>
    request({ data: { k: s }, kind: 'Secret' }),
  ),
  all('data of a ConfigMap', (s) => request({ kind: 'ConfigMap', data: { k: s } })),
  all('binaryData of a ConfigMap', (s) =>
    request({ kind: 'ConfigMap', binaryData: { k: coded(s) } }),
  ),
  all('an item of a List', (s) => about('things', { kind: 'List', items: [secretOf('data', s)] })),
  all('an item of a SecretList', (s) =>
    about('secrets', { kind: 'SecretList', items: [{ data: { k: s } }] }),
  ),
  all('an item of a SecretList of a proxy', (s) =>
    about('things', { kind: 'SecretList', items: [{ data: { k: s } }] }),
  ),
  all('a merge patch of a Secret', (s) => about('secrets', { data: { k: s } })),
  all('a JSON patch of a Secret', (s) =>
    about('secrets', [{ op: 'add', path: '/data/k', value: s }]),
  ),
  all('a JSON patch of all data', (s) => about('configmaps', [{ value: { k: s }, path: '/data' }])),
  all('a Secret inside an object', (s) =>
    request({ kind: 'Bundle', spec: { objects: [secretOf('data', s)] } }),
  ),
  all('a row of a Table', (s) =>
    about('secrets', { kind: 'Table', rows: [{ object: secretOf('data', s) }] }),
  ),
  all('an applied copy', (s) =>
    request({ metadata: { annotations: { [lastApplied]: JSON.stringify({ x: s }) } } }),
  ),
  all('a patch of an applied copy', (s) =>
    request([
      { op: 'add', path: `/metadata/annotations/${lastApplied.replace('/', '~1')}`, value: s },
    ]),
  ),
  all('the environment of a pod', (s) => request(pod({ env: [{ name: 'A', value: s }] }))),
  all('the environment of a template', (s) =>
    request({ spec: { template: pod({ env: [{ value: s, name: 'A' }] }) } }),
  ),
  all('a patch of the environment', (s) =>
    request([{ op: 'add', path: '/spec/containers/0/env/-', value: { name: 'A', value: s } }]),
  ),
  all('a patch of a variable', (s) =>
    request([{ op: 'replace', path: '/spec/containers/0/env/3/value', value: s }]),
  ),
  all('an environment as list of text', (s) => request({ spec: { Env: [`A=${s}`] } })),
  all('the token of a TokenReview', (s) =>
    about('tokenreviews', { kind: 'TokenReview', spec: { token: s } }),
  ),
  all('the token of a TokenRequest', (s) =>
    about('serviceaccounts', { kind: 'TokenRequest', status: { token: s } }),
  ),
  all('a password of a custom resource', (s) =>
    request({ kind: 'Database', spec: { users: [{ adminPassword: s }] } }),
  ),
  all('a list of tokens', (s) => request({ spec: { token: [s] } })),
  all('exec --password=', (s) => exec('tool', `--password=${s}`)),
  all('exec --token', (s) => exec('tool', '--token', s, 'x')),
  all('exec mysql', (s) => exec('/usr/bin/mysql', '-uroot', `-p${s}`, 'db')),
  all('exec sshpass', (s) => exec('sshpass', '-p', s, 'ssh', 'host')),
  all('exec curl', (s) => exec('curl', '-u', `bob:${s}`, 'https://example.com')),
  all('a query parameter', (s) =>
    kubernetes({ requestURI: `/x?access_token=${encodeURIComponent(s)}&y=1` }),
  ),
  all('a label of a container', (s) => docker('start', { 'com.example.password': s })),
  showing('exec', (s) => exec('sh', '-c', `echo ${s}`)),
  showing('the path of a URI', (s) =>
    kubernetes({ requestURI: `/proxy/${encodeURIComponent(s)}` }),
  ),
  showing('a selector', (s) =>
    kubernetes({ requestURI: `/x?fieldSelector=${encodeURIComponent(s)}` }),
  ),
  showing('an argument of a container', (s) => request(pod({ command: ['run'], args: ['a', s] }))),
  showing('an annotation', (s) => request({ metadata: { annotations: { note: `see ${s}` } } })),
  showing('an annotation of the event', (s) => kubernetes({ annotations: { note: s } })),
  showing('a message', (s) =>
    kubernetes({ responseStatus: { code: 400, message: `no such thing: "${s}"` } }),
  ),
  showing('a message that quotes', (s) =>
    kubernetes({ responseStatus: { message: `Thing ${JSON.stringify(s)} is invalid: name` } }),
  ),
  showing('the user agent', (s) => kubernetes({ userAgent: s })),
  showing('the user', (s) => kubernetes({ user: { username: 'x', extra: { note: [s] } } })),
  showing('a key', (s) => request({ spec: { [s]: 1 } })),
  showing('an unknown member', (s) => kubernetes({ more: [[{ of: s }]] })),
  showing('Docker exec', (s) => docker(`exec_create: /bin/sh -c echo ${s}`)),
  showing('the start of a Docker exec', (s) => docker(`exec_start: /bin/sh -c echo ${s}`)),
  showing('a Docker label', (s) => docker('create', { note: s })),
];
