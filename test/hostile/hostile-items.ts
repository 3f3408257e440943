/** Items that are made to hurt. A seed names them: the same source of numbers gives the same bytes. */
import { pick, type Random } from '../support/random.ts';

type Make = (random: Random) => Buffer;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** What redaction looks for, and what takes it longest. */
const pieces = [
  ...['eyJ', 'eyJa.eyJ', '-----BEGIN ', '-----BEGIN PRIVATE KEY', '://', 'x://a:b@', 'Bearer a'],
  ...['password=', 'password="', 'token: \n', 'PASSWORD=x ', '--token x ', 'mysql -p"', "sh -c '"],
  ...['"\\', '\\', '"', '\u0001', 'é', '\u2028', '&', 'a=b&', 'token=x&', 'command=x&', '%20', '%'],
  ...['AKIAABCDEFGHIJKLMNOP ', 'curl -u a:b ', 'key', ' ', 'a', 'Q~', '[redacted]', '{', '['],
];

const least = {
  ...{ level: 'Metadata', auditID: 'a', stage: 'ResponseComplete', verb: 'get' },
  ...{ requestURI: '/version', user: { username: 'alice' } },
  stageTimestamp: '2026-11-22T01:55:02.491335Z',
};

export function honestItem(random: Random): Buffer {
  return event({ auditID: String(below(random, 1e9)), userAgent: 'kubectl/v1.36.2' });
}

function event(more: object): Buffer {
  return Buffer.from(JSON.stringify({ ...least, ...more }));
}

/** Mostly small; a few are large, and very few as large as may be. */
function sizeOf(random: Random): number {
  const size = random();
  if (size < 0.0002) return 8 * 1024 * 1024 - 1024;
  if (size < 0.003) return 65_536 + below(random, 500_000);
  return size < 0.05 ? below(random, 65_000) : below(random, 1_500);
}

function textOf(random: Random): string {
  const size = sizeOf(random);
  const repeated = Array.from({ length: 1 + below(random, 3) }, () => pick(random, pieces)).join(
    '',
  );
  return repeated.repeat(
    Math.max(1, Math.floor(size / Buffer.byteLength(JSON.stringify(repeated)))),
  );
}

const places: readonly ((text: string) => object)[] = [
  (text) => ({ more: text }),
  (text) => ({ requestURI: `/x?command=a&${text}` }),
  (text) => ({ requestURI: `/${text}` }),
  (text) => ({ requestObject: { spec: { containers: [{ command: ['sh', '-c', text] }] } } }),
  (text) => ({ requestObject: { kind: 'Secret', data: { a: text } } }),
  (text) => ({ requestObject: [{ op: 'add', path: text, value: text }] }),
  (text) => ({ user: { username: 'x', extra: { [text.slice(0, 40_000)]: [text] } } }),
  (text) => ({ annotations: { [text.slice(0, 40_000)]: 'x' } }),
];

const hostileText: Make = (random) => event(pick(random, places)(textOf(random)));

const members = ['"a":1', '"token":"x"', '"\\u0061":[]', '"":{}', '"env":[{"value":1}]'] as const;
const manyMembers: Make = (random) => {
  const member = pick(random, members);
  const many = `${member},`.repeat(1 + Math.floor(sizeOf(random) / member.length));
  const holder = `{"kind":"Secret","data":{${many}"z":1}}`;
  return withMember(pick(random, [`"requestObject":${holder}`, `${many}"z":1`]));
};

/** An event with a member that is given as text. */
function withMember(member: string): Buffer {
  return Buffer.from(`${JSON.stringify(least).slice(0, -1)},${member}}`);
}

const deep: Make = (random) => {
  const levels = 1 + below(random, random() < 0.02 ? 200_000 : 200);
  const [open, close] = pick(random, [['[', ']'] as const, ['{"a":', '}'] as const]);
  return withMember(`"deep":${open.repeat(levels)}1${close.repeat(levels)}`);
};

const values = ['null', '1', '-0', '1e999', '"x"', '[]', '{}', 'true', '[[]]', '{"a":{}}'] as const;
const wrongTypes: Make = (random) => {
  const key = pick(random, [...Object.keys(least), 'kind', 'apiVersion', 'objectRef', 'timeNano']);
  return withMember(`${JSON.stringify(key)}:${pick(random, values)}`);
};

const strangeKeys = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '\u0000',
  'then',
];
const strange: Make = (random) => {
  const key = JSON.stringify(pick(random, strangeKeys));
  const value = pick(random, [...values, '{"__proto__":{"polluted":true}}']);
  return withMember(`${key}:${value},${key}:{${key}:${value}},"objectRef":{${key}:${value}}`);
};

const repeatedKeys: Make = (random) => {
  const key = pick(random, [...Object.keys(least), 'objectRef', 'requestObject']);
  const repeats = Array.from({ length: 1 + below(random, 50) }, () => pick(random, values));
  return withMember(repeats.map((value) => `${JSON.stringify(key)}:${value}`).join(','));
};

const numbers: Make = (random) =>
  withMember(
    `"n":${'9'.repeat(1 + below(random, 2_000))}.${'0'.repeat(1 + below(random, 300))}1e+9`,
  );

const escapes: Make = (random) =>
  withMember(`"t":"${pick(random, ['\\ud800', '\\u0000', '\\/', '\\uDC00\\uD800']).repeat(9)}"`);

const notUtf8: Make = (random) => {
  const bad = pick(random, [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]);
  return Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bad), Buffer.from('"}')]);
};

const scalars: Make = (random) => Buffer.from(pick(random, values));

/** They are JSON as far as a list can be taken apart. */
const inLists: readonly Make[] = [
  ...[honestItem, hostileText, hostileText, hostileText, manyMembers, deep, wrongTypes, strange],
  ...[repeatedKeys, numbers, escapes, notUtf8, scalars],
];

export function listItem(random: Random): Buffer {
  return pick(random, inLists)(random);
}

const truncated: Make = (random) => {
  const whole = listItem(random);
  return whole.subarray(0, 1 + below(random, whole.length));
};

const noise: Make = (random) =>
  Buffer.from(Array.from({ length: 1 + below(random, 300) }, () => 0x21 + below(random, 0xde)));

/** A line of a file: anything but line ends, and not blank. */
export function line(random: Random): Buffer {
  const bytes = pick(random, [listItem, truncated, truncated, noise])(random);
  return bytes.includes(0x0a) || String(bytes).trim() === '' ? Buffer.from('x') : bytes;
}
