import { cpuUsage } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { membersOf } from '../json-scan.ts';
import { defaultPolicy } from './policy.ts';
import { redactItem } from './redact.ts';

const MEBIBYTE = 1024 * 1024;

/** Processor time, in milliseconds, of redacting a text repeated to this many bytes in this frame. */
function cost(piece: string, frame: (text: string) => string, size: number): number {
  const text = piece.repeat(Math.floor(size / piece.length));
  const bytes = Buffer.from(frame(text));
  const members = membersOf(bytes, Infinity) ?? [];
  const before = cpuUsage();
  redactItem({ bytes, members }, 'kubernetes', defaultPolicy);
  const { user, system } = cpuUsage(before);
  return (user + system) / 1_000;
}

const text = (inside: string): string => `{"a":${JSON.stringify(inside)}}`;
const uri = (inside: string): string =>
  `{"requestURI":${JSON.stringify(`/x?command=a&${inside}`)}}`;
const command = (inside: string): string => `{"command":${JSON.stringify(inside)}}`;
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

  it.each(['{"path":"/data/a","value":"x"},', '{},', '1,'])('lists of %s', (piece) => {
    expectLinear(piece, list);
  });

  it.each(['"a":"x",', '"a":1,', '"token":[],'])('objects of %s', (piece) => {
    expectLinear(piece, object);
  });
});

/** Quadratic work would take 256 times as long; the rest is room for a machine that is busy. */
function expectLinear(piece: string, frame: (text: string) => string): void {
  const small = cost(piece, frame, MEBIBYTE / 16);
  expect(cost(piece, frame, MEBIBYTE)).toBeLessThan(Math.max(64 * small, 400));
}

describe('the largest item takes seconds at most', () => {
  it.each<[string, (text: string) => string]>([
    ['eyJ', text],
    ['password="', text],
    ['"\\', text],
    ['mysql -p"', command],
    ['command=x&', uri],
    ['{"path":"/data/a","value":"x"},', list],
    ['"a":1,', object],
  ])('%j', (piece, frame) => {
    expect(cost(piece, frame, 8 * MEBIBYTE)).toBeLessThan(20_000);
  });
});
