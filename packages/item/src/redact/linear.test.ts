import { cpuUsage } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { membersOf } from '../json-scan.ts';
import { defaultPolicy } from './policy.ts';
import { redactItem } from './redact.ts';

const LARGE = 512 * 1024;

/** Processor time, in microseconds, of redacting an item. */
function costOf(bytes: Buffer): number {
  const members = membersOf(bytes, Infinity) ?? [];
  const before = cpuUsage();
  redactItem({ bytes, members }, 'kubernetes', defaultPolicy);
  const { user, system } = cpuUsage(before);
  return user + system;
}

/** A text repeated to this many bytes in this frame. */
function itemOf(piece: string, frame: (text: string) => string, size: number): Buffer {
  return Buffer.from(frame(piece.repeat(Math.floor(size / piece.length))));
}

const text = (inside: string): string => `{"a":${JSON.stringify(inside)}}`;
const uri = (inside: string): string =>
  `{"requestURI":${JSON.stringify(`/x?command=a&${inside}`)}}`;
const command = (inside: string): string => `{"command":${JSON.stringify(inside)}}`;
const args = (inside: string): string => `{"command":[${inside.slice(0, -1)}]}`;
const list = (inside: string): string => `{"requestObject":[${inside.slice(0, -1)}]}`;
const object = (inside: string): string =>
  `{"requestObject":{"kind":"Secret","data":{${inside.slice(0, -1)}}}}`;

const texts = [
  ...[
    'eyJ',
    'eyJ.',
    'eyJa.eyJ',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY',
    '://',
    '://a:',
    'x://a:b@',
  ],
  ...['Bearer ', 'bearer a', 'Basic ', 'Basic YTpi', 'sk-', 'hf_', 'dapi', 'SG.', 'Q~', 'abc8Q~'],
  ...['LS0tLS1CRUdJTi', 'password', 'password=', 'password="', 'token:', 'token: \n', 'a_token='],
  ...['key', '"\\', 'AKIAABCDEFGHIJKLMNOP', 'AKIAABCDEFGHIJKLMNOP ', 'PuTTY-User-Key-File-', ' '],
  'é\u0001',
];
const spelled = ['\\ntoken: x', '\\n- password: \\', '"token: x\\n', "'a_token: x "];
const lists = ['"a",', '"a b",', '"mysql","-px",', '"--token",'];
const words = [
  '"',
  "'a",
  '"a b',
  '-p',
  '--token ',
  'mysql -p"',
  "sh -c '",
  ';',
  'a:b ',
  '%20',
  '+',
];
const parameters = ['&', 'a=b&', 'token=x&', 'command=x&', '%26', '='];

describe('twice as much takes about twice as long', () => {
  it.each(spelled)('lines that a text spells, %j', (piece) => {
    expectLinear(piece, text);
  });

  it.each(texts)('text of %j', (piece) => {
    expectLinear(piece, text);
  });

  it.each(words)('command lines of %j', (piece) => {
    expectLinear(piece, command);
    expectLinear(`command=${encodeURIComponent(piece)}&`, uri);
  });

  it.each(parameters)('URIs of %j', (piece) => {
    expectLinear(piece, uri);
  });

  it.each(lists)('lists of arguments, %s', (piece) => {
    expectLinear(piece, args);
  });

  it.each(['{"path":"/data/a","value":"x"},', '{},', '1,'])('lists of %s', (piece) => {
    expectLinear(piece, list);
  });

  it.each(['"a":"x",', '"a":1,', '"token":[],'])('objects of %s', (piece) => {
    expectLinear(piece, object);
  });
});

/** What is slow by its nature is so at every attempt; a machine that is busy lets one of several pass. */
const attempts = 6;
/** Below, in microseconds, clocks of processors are too coarse. */
const leastCost = 500;

function lowest(ratio: () => number, limit: number): number {
  let low = Infinity;
  for (let attempt = 0; attempt < attempts && low >= limit; attempt += 1) {
    low = Math.min(low, ratio());
  }
  return low;
}

/** Quadratic work takes 256 times as long. */
function expectLinear(piece: string, frame: (text: string) => string): void {
  const [small, large] = [LARGE / 16, LARGE].map((size) => itemOf(piece, frame, size));
  const ratio = (): number =>
    costOf(large ?? Buffer.alloc(0)) / Math.max(leastCost, costOf(small ?? Buffer.alloc(0)));
  expect(lowest(ratio, 64)).toBeLessThan(64);
}

/** An event as API servers write them: what others cost is measured by it. */
const honest = JSON.stringify({
  ...{ kind: 'Event', level: 'Metadata', auditID: '1c5aa1d5-2d2b-4ff4-a4d6-1e8f2a4bd0b5' },
  ...{ stage: 'ResponseComplete', requestURI: '/api/v1/namespaces/shop/pods/web-1?timeout=10s' },
  ...{ verb: 'patch', user: { username: 'alice', groups: ['dev', 'system:authenticated'] } },
  ...{ userAgent: 'kubectl/v1.36.2 (linux/amd64)', sourceIPs: ['10.0.0.1'] },
  objectRef: { resource: 'pods', namespace: 'shop', name: 'web-1', apiVersion: 'v1' },
  requestObject: { kind: 'Pod', spec: { containers: [{ name: 'c', image: 'r.example/web:1' }] } },
});

function honestCost(bytes: number): number {
  const items = Math.ceil(bytes / honest.length);
  let cost = 0;
  for (let item = 0; item < items; item += 1) cost += costOf(Buffer.from(honest));
  return cost;
}

describe('no text costs more than 100 times what honest events of its size do', () => {
  it.each<[string, (text: string) => string]>([
    ['&', uri],
    ['a&', uri],
    ['command=mysql%20-p%22&', uri],
    ['PASSWORD=x ', command],
    ['--token x ', command],
    ['"a b",', args],
    ['"mysql","-px",', args],
    ['x://a:b@', text],
    ['"\\', text],
    ['{"path":"/data/a","value":"x"},', list],
    ['"a":1,', object],
  ])('%j', (piece, frame) => {
    const bytes = itemOf(piece, frame, LARGE);
    const ratio = (): number => costOf(bytes) / Math.max(leastCost, honestCost(bytes.length));
    expect(lowest(ratio, 100)).toBeLessThan(100);
  });
});
