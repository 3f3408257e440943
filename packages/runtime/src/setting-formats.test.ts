import { describe, expect, it } from '@jest/globals';
import { expectationOf, type Setting } from './setting-formats.ts';
import { loadConfig } from './load-config.ts';

const base = { doc: 'A setting.', env: 'AUDITSTREAM_TEST_IT' } as const;
const count = { ...base, format: 'whole-number', default: 5, minimum: 1, maximum: 9 } as const;
const settings = {
  count,
  wide: { ...base, format: 'whole-number', default: 5 },
  port: { ...base, format: 'port', default: 80 },
  flag: { ...base, format: 'flag', default: false },
  text: { ...base, format: 'text', default: 'x' },
  url: { ...base, format: 'url', default: 'http://x' },
  list: { ...base, format: 'address-list', default: ['x:1'] },
  choice: { ...base, format: 'choice', choices: ['red', 'blue'], default: 'red' },
  'optional-url': { ...base, format: 'optional-url', default: null },
  file: { ...base, format: 'file', default: null },
} as const satisfies Record<string, Setting>;

type Kind = keyof typeof settings;

function load(kind: Kind, text: string): unknown {
  return loadConfig({ it: settings[kind] }, { AUDITSTREAM_TEST_IT: text }).it;
}

describe('a setting', () => {
  it.each<[Kind, string, unknown]>([
    ['count', '1', 1],
    ['count', '9', 9],
    ['wide', '-12', -12],
    ['wide', '9007199254740991', 9007199254740991],
    ['port', '0', 0],
    ['port', '65535', 65535],
    ['flag', 'true', true],
    ['flag', 'false', false],
    ['text', 'a b', 'a b'],
    ['url', 'https://search.example:9200/path', 'https://search.example:9200/path'],
    ['list', 'a:1', ['a:1']],
    ['list', 'a.example:9092, [::1]:9093', ['a.example:9092', '[::1]:9093']],
    ['choice', 'blue', 'blue'],
    ['optional-url', 'https://host:5601', 'https://host:5601'],
    ['file', '/etc/key.pem', '/etc/key.pem'],
  ])('of format %s takes %s', (kind, text, value) => {
    expect(load(kind, text)).toEqual(value);
  });

  it.each<[Kind, string]>([
    ['count', '0'],
    ['count', '10'],
    ['count', '5x'],
    ['count', '5.0'],
    ['count', ' 5'],
    ['count', '0x5'],
    ['wide', '9007199254740992'],
    ['port', '-1'],
    ['port', '65536'],
    ['port', '80a'],
    ['flag', 'off'],
    ['flag', 'TRUE'],
    ['flag', '1'],
    ['text', '  '],
    ['url', 'search:9200'],
    ['url', 'ftp://x'],
    ['url', 'http://user:word@x'],
    ['list', 'a'],
    ['list', 'a:0'],
    ['list', 'a:65536'],
    ['list', 'a:1,'],
    ['list', 'http://a:1'],
    ['list', '::1:9092'],
    ['choice', 'green'],
    ['choice', 'Red'],
    ['optional-url', 'ftp://host'],
    ['file', ' '],
  ])('of format %s refuses "%s"', (kind, text) => {
    expect(() => load(kind, text)).toThrow(`expected ${expectationOf(settings[kind])}`);
  });
});

describe('expectationOf', () => {
  it.each<[string, Setting]>([
    ['a whole number', { ...base, format: 'whole-number', default: 1 }],
    ['a whole number of at least 2', { ...base, format: 'whole-number', default: 3, minimum: 2 }],
    ['a whole number of at most 9', { ...base, format: 'whole-number', default: 1, maximum: 9 }],
    ['a whole number from 1 to 9 (ms)', { ...count, unit: 'ms' }],
    ['one of red, blue', settings.choice],
    ['true or false', settings.flag],
  ])('says %s', (expected, setting) => {
    expect(expectationOf(setting)).toBe(expected);
  });
});
