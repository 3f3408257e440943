import { describe, expect, it } from '@jest/globals';
import { type SigmaError } from './error.ts';
import { refusalOf, ruleWith } from './testing/rule-text.ts';

/** `code line:column path` */
function placeOf(error: SigmaError): string {
  return `${error.code} ${error.line}:${error.column} ${error.path}`.trimEnd();
}

describe('parseRule refuses a document', () => {
  it.each([
    ['', 'documents 1:1', /empty text/],
    ['# nothing\n', 'documents 1:1', /empty text/],
    ['a: 1\n---\nb: 2\n', 'documents 2:1', /several documents/],
    ['a: b: c\n', 'yaml 1:4', /Nested mappings/],
    ['a: 1\na: 2\n', 'yaml 2:1', /unique/],
    ['a: !python/object x\n', 'yaml 1:4', /tag/],
    ['a: *nowhere\n', 'yaml 1:4', /nowhere/],
    ['- a\n', 'type 1:1', /expected a rule.*found a list/],
    ['? [a]\n: 1\n', 'type 1:3', /expected a name/],
    ['<<: {a: 1}\n', 'unsupported 1:1', /merge/],
    ['x'.repeat(300_000), 'too-large 1:1', /262144 are allowed/],
  ])('of case %#', (text, place, message) => {
    const error = refusalOf(text);
    expect(placeOf(error)).toBe(place);
    expect(error.message).toMatch(message);
    expect(error.retryable).toBe(false);
  });

  it('that nests deeper than can be read', () => {
    const error = refusalOf('['.repeat(100_000));
    expect(error.code).toBe('yaml');
    expect(error.message).toMatch(/too deeply/);
  });

  it('that grows by its aliases', () => {
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array<string>(9).fill(of).join(', ')}]\n`;
    const bomb = level('a', 'x') + level('b', '*a') + level('c', '*b') + level('d', '*c');
    expect(refusalOf(bomb).code).toBe('too-large');
  });

  it('that has many aliases, before each is looked up', () => {
    const many = Array<string>(20_000).fill('*v').join(', ');
    const error = refusalOf(ruleWith(`s: {a: &v x, b: [${many}]}\ncondition: s`));
    expect(error.code).toBe('too-large');
  });

  it.each([
    ['one condition', 'condition: '],
    ['a list of conditions', 'condition:\n  - s\n  - '],
  ])('that has %s of more than 4,096 characters', (_what, start) => {
    const long = Array<string>(600).fill('1 of s*').join(' or ');
    const error = refusalOf(ruleWith(`s: {a: x}\n${start}${long}`));
    expect(error.code).toBe('too-large');
    expect(error.message).toMatch(/4096 are allowed/);
  });

  it('whose aliases lead in a circle', () => {
    expect(refusalOf(ruleWith('s: &s\n  - *s\ncondition: s')).code).toMatch(/too-large|type/);
  });
});

describe('parseRule refuses an attribute', () => {
  it.each([
    ['title: t\n', 'missing 1:1', /'logsource'/],
    ['logsource: {product: p}\n', 'missing 1:1', /'title'/],
    ['title: t\nlogsource: {product: p}\n', 'missing 1:1', /'detection'/],
    ["title: ' '\n", 'value 1:8 /title', /found an empty text/],
    ['title:\n', 'type 1:7 /title', /found nothing/],
    [`title: ${'x'.repeat(257)}\n`, 'value 1:8 /title', /257 characters/],
    [
      'title: t\nlogsource: {}\nlevel: severe\n',
      'value 3:8 /level',
      /unknown level 'severe'.*critical/,
    ],
    ['title: t\nstatus: done\n', 'value 2:9 /status', /unknown status 'done'.*stable/],
    ['title: t\nauthor: [Ann]\n', 'type 2:9 /author', /found a list/],
    ['title: t\ntags: [[a]]\n', 'type 2:8 /tags/0', /found a list/],
    ['title: t\nlogsource: p\n', 'type 2:12 /logsource', /found a scalar/],
    ['title: t\nlogsource: {product: [p]}\n', 'type 2:22 /logsource/product', /a list/],
    ['title: t\ncorrelation: {}\n', 'unsupported 2:1 /correlation', /a correlation/],
    ['title: t\nfilter: {}\n', 'unsupported 2:1 /filter', /a filter/],
  ])('of case %#', (text, place, message) => {
    const error = refusalOf(text);
    expect(placeOf(error)).toBe(place);
    expect(error.message).toMatch(message);
  });
});

/** Lines and columns below count from `detection:`'s first child, which stands at 5:3. */
describe('parseRule refuses a detection', () => {
  it.each([
    ['s: {a: 1}', 'missing 5:3 /detection', /'condition'/],
    ['condition: s', 'missing 5:3 /detection', /at least one search/],
    ['s: {a: 1}\ncondition: []', 'missing 6:14 /detection/condition', /empty list/],
    ['s: {a: 1}\ncondition: s and x', 'unknown-search 6:20 /detection/condition', /'x'/],
    ["s: {a: 1}\ncondition: 's and x'", 'unknown-search 6:21 /detection/condition', /'x'/],
    ['s: {a: 1}\ncondition: >\n  s\n  and x', 'unknown-search 6:14 /detection/condition', /'x'/],
    [
      's: {a: 1}\ncondition:\n  - s\n  - 1 of x*',
      'empty-selector 8:12 /detection/condition/1',
      /no search/,
    ],
    [
      's: {a: 1}\ncondition: s | count() > 3',
      'unsupported 6:16 /detection/condition',
      /correlation/,
    ],
    [
      's: {a: 1}\ntimeframe: 5m\ncondition: s',
      'unsupported 6:3 /detection/timeframe',
      /correlation/,
    ],
    ['s: {}\ncondition: s', 'value 5:6 /detection/s', /at least one field/],
    ['s: []\ncondition: s', 'value 5:6 /detection/s', /empty list/],
    ['s: [[a]]\ncondition: s', 'type 5:7 /detection/s/0', /found a list/],
    ['s: [a, null]\ncondition: s', 'value 5:10 /detection/s/1', /found null/],
    ['s:\n  a: {b: 1}\ncondition: s', 'type 6:8 /detection/s/a', /with dots/],
    ['s:\n  a: [[1]]\ncondition: s', 'type 6:9 /detection/s/a/0', /found a list/],
    [
      's:\n  a/b~c|foo: 1\ncondition: s',
      'unknown-modifier 6:5 /detection/s/a~1b~0c|foo',
      /'foo': expected/,
    ],
    [
      's:\n  a|windash: -x\ncondition: s',
      'unsupported 6:5 /detection/s/a|windash',
      /modifier 'windash' is not supported by this version/,
    ],
    [
      's:\n  a|contains|base64offset: x\ncondition: s',
      'unsupported 6:5 /detection/s/a|contains|base64offset',
      /'base64offset' is not supported/,
    ],
    [
      's:\n  a|contains|re: x\ncondition: s',
      'modifier-conflict 6:5 /detection/s/a|contains|re',
      /can't be combined/,
    ],
    [
      's:\n  a|contains|contains: x\ncondition: s',
      'modifier-conflict 6:5 /detection/s/a|contains|contains',
      /given twice/,
    ],
    ['s:\n  a|i|re: x\ncondition: s', 'modifier-conflict 6:5 /detection/s/a|i|re', /after 're'/],
    ['s:\n  a|i: x\ncondition: s', 'modifier-conflict 6:5 /detection/s/a|i', /after 're'/],
    [
      's:\n  a|re|cased: x\ncondition: s',
      'modifier-conflict 6:5 /detection/s/a|re|cased',
      /no meaning with 're'/,
    ],
    [
      's:\n  a|exists|neq: true\ncondition: s',
      'modifier-conflict 6:5 /detection/s/a|exists|neq',
      /stands alone/,
    ],
    [
      "s:\n  '|exists': true\ncondition: s",
      'modifier-conflict 6:5 /detection/s/|exists',
      /needs a field/,
    ],
    ['s:\n  a|exists: yes\ncondition: s', 'value 6:15 /detection/s/a|exists', /found 'yes'/],
    ['s:\n  a|exists: [true]\ncondition: s', 'value 6:15 /detection/s/a|exists', /found a list/],
    ['s:\n  a|all: x\ncondition: s', 'value 6:12 /detection/s/a|all', /two values or more/],
    [
      's:\n  a|contains|all: [x]\ncondition: s',
      'value 6:21 /detection/s/a|contains|all',
      /two values or more/,
    ],
    [
      "s:\n  '|contains': []\ncondition: s",
      'value 6:18 /detection/s/|contains',
      /at least one keyword/,
    ],
    [
      "s:\n  a|lt: '5'\ncondition: s",
      'value 6:11 /detection/s/a|lt',
      /number without quotes, found '5'/,
    ],
    ['s:\n  a|gte: .inf\ncondition: s', 'value 6:12 /detection/s/a|gte', /found '.inf'/],
    [
      's:\n  a|contains: null\ncondition: s',
      'value 6:17 /detection/s/a|contains',
      /null has no meaning/,
    ],
    ['s:\n  a|cidr: 10.0.0.1/8\ncondition: s', 'value 6:13 /detection/s/a|cidr', /bits set beyond/],
    ["s:\n  a|re: '(?=x)'\ncondition: s", 'value 6:11 /detection/s/a|re', /RE2's syntax.*Perl/],
    ["s:\n  a|re: 'x{1001}'\ncondition: s", 'value 6:11 /detection/s/a|re', /repeat count/],
    [
      `s:\n  a|re: ${'x'.repeat(5000)}\ncondition: s`,
      'value 6:11 /detection/s/a|re',
      /longer than 4096/,
    ],
    [
      `s:\n  ${'a.'.repeat(64)}b: 1\ncondition: s`,
      `too-large 6:5 /detection/s/${'a.'.repeat(64)}b`,
      /64 parts/,
    ],
  ])('of case %#: %j', (detection, place, message) => {
    const error = refusalOf(ruleWith(detection));
    expect(placeOf(error)).toBe(place);
    expect(error.message).toMatch(message);
  });
});
