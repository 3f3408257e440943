import { describe, expect, it } from '@jest/globals';
import { compileRule, namesField } from './compile.ts';
import { type MatchEvidence } from './evidence.ts';
import { parseRule } from './parse.ts';
import { ruleWith } from './testing/rule-text.ts';

function judge(detection: string, event: unknown): MatchEvidence | undefined {
  return compileRule(parseRule(ruleWith(detection))).matches(event);
}

/** Whether a search of one line matches an event. */
function lineMatches(line: string, event: unknown): boolean {
  return judge(`s:\n  ${line}\ncondition: s`, event) !== undefined;
}

describe('a field', () => {
  it.each([
    ['verb: LIST', { verb: 'list' }, true],
    ['verb|cased: LIST', { verb: 'list' }, false],
    ['verb: [get, list]', { verb: 'list' }, true],
    ['verb: [get, watch]', { verb: 'list' }, false],
    ['verb: list', { Verb: 'list' }, false],
    ['verb: list', {}, false],
    ['verb: list', null, false],
    ["verb: ''", { verb: '' }, true],
    ["verb: ''", { verb: null }, false],
    ["verb: ''", {}, false],
    ['a.b: x', { a: [{ b: 'y' }, { b: ['z', 'x'] }] }, true],
    ['a.b: x', { 'a.b': 'x' }, true],
    ['a|contains: B*D', { a: 'aBcDe' }, true],
    ['a|startswith: ab', { a: 'ABC' }, true],
    ['a|startswith|cased: ab', { a: 'ABC' }, false],
    ['a|endswith: bc', { a: 'abcd' }, false],
    ['a|contains: 44', { a: 1445 }, true],
    ['a|contains: 007', { a: 'x007' }, true],
    ['a|contains|all: [x, y]', { a: ['x', 'y'] }, true],
    ['a|contains|all: [x, y]', { a: ['x', 'z'] }, false],
    ['a|all: [x, y]', { a: ['x', 'y', 'z'] }, true],
  ])('%s on %j: %s', (line, event, expected) => {
    expect(lineMatches(line, event)).toBe(expected);
  });
});

describe('numbers and booleans', () => {
  it.each([
    ['code: 401', { code: 401 }, true],
    ['code: 401', { code: '401' }, true],
    ["code: '401'", { code: 401 }, true],
    ["code: '40?'", { code: 401 }, true],
    ['code: 401', { code: 'x401' }, false],
    ['code: 1.50', { code: '1.5' }, true],
    ['code: 1.50', { code: '1.50' }, true],
    ['code: 0x10', { code: 16 }, true],
    ['code: 0x1F', { code: '0x1f' }, true],
    ['code: 1', { code: true }, false],
    ['code: 9007199254740993', { code: '9007199254740992' }, false],
    ['code: 9007199254740993', { code: 9007199254740993n }, true],
    ['code: .inf', { code: '.INF' }, true],
    ['flag: true', { flag: true }, true],
    ['flag: true', { flag: 'True' }, true],
    ['flag: true', { flag: 1 }, false],
    ["flag: 'false'", { flag: false }, true],
    ['code|gte: 400', { code: 400 }, true],
    ['code|gt: 400', { code: 400 }, false],
    ['code|lt: 400', { code: '399' }, true],
    ['code|lte: 400', { code: [500, 400] }, true],
    ['code|lt: 400', { code: 'few' }, false],
    ['code|lt: 400', {}, false],
    ['code|lt: 1', { code: null }, false],
  ])('%s on %p: %s', (line, event, expected) => {
    expect(lineMatches(line, event)).toBe(expected);
  });
});

describe('missing, null and empty', () => {
  const events = [{}, { a: null }, { a: [null] }, { a: '' }, { a: [] }, { a: {} }, { a: 'x' }];
  it.each([
    ['a: null', [true, true, true, false, false, false, false]],
    ['a: []', [true, true, true, false, false, false, false]],
    ['a|exists: false', [true, true, true, false, false, false, false]],
    ['a|exists: true', [false, false, false, true, true, true, true]],
    ['a|neq: null', [false, false, false, true, true, true, true]],
    ["a: '*'", [false, false, false, true, true, true, true]],
    ["a: '?*'", [false, false, false, false, false, false, true]],
    ['a: [null, x]', [true, true, true, false, false, false, true]],
    ['a|neq: x', [true, true, true, true, true, true, false]],
    ['a|neq: [x, y]', [true, true, true, true, true, true, false]],
    ['a|re: .*', [false, false, false, true, false, false, true]],
  ])('%s', (line, expected) => {
    expect(events.map((event) => lineMatches(line, event))).toEqual(expected);
  });

  it('takes neq of an array as none of its elements', () => {
    expect(lineMatches('a|neq: x', { a: ['y', 'x'] })).toBe(false);
    expect(lineMatches('a|neq: x', { a: ['y', 'z'] })).toBe(true);
  });
});

describe('regular expressions and networks', () => {
  it.each([
    ['a|re: b+', { a: 'abbc' }, true],
    ['a|re: B+', { a: 'abbc' }, false],
    ['a|re|i: B+', { a: 'abbc' }, true],
    ['a|re: ^b$', { a: 'a\nb' }, false],
    ['a|re|m: ^b$', { a: 'a\nb' }, true],
    ['a|re: a.b', { a: 'a\nb' }, false],
    ['a|re|s: a.b', { a: 'a\nb' }, true],
    ['a|re|i|m|s: ^A.B$', { a: 'x\na\nb' }, true],
    ['a|re: ^40[13]$', { a: 403 }, true],
    ['a|re: [x, y]', { a: 'y' }, true],
    ['a|cidr: 10.0.0.0/8', { a: ['192.168.0.1', '10.1.1.1'] }, true],
    ['a|cidr: [10.0.0.0/8, fd00::/8]', { a: 'fd00::1' }, true],
    ['a|cidr: 10.0.0.0/8', { a: 'ten' }, false],
    ['a|cidr|neq: 10.0.0.0/8', { a: '10.0.0.1' }, false],
  ])('%s on %j: %s', (line, event, expected) => {
    expect(lineMatches(line, event)).toBe(expected);
  });

  it('takes time linear in the value', () => {
    expect(lineMatches('a|re: (x+x+)+y', { a: 'x'.repeat(50_000) })).toBe(false);
  });
});

describe('keywords', () => {
  it.each([
    ['[evil, bad]', { a: { b: ['an EVIL one'] } }, true],
    ['[evil]', { evil: 'name' }, false],
    ['evil', { a: 'evil' }, true],
    ['[4624]', { id: 4624 }, true],
    ['[true]', { a: true }, true],
    ["['a*c']", { x: '-abc-' }, true],
    ["{'|all': [x, y]}", { a: 'x', b: 'y' }, true],
    ["{'|all': [x, y]}", { a: 'x' }, false],
    ["{'|startswith': ev}", { a: 'evil' }, true],
    ["{'|endswith': ev}", { a: 'evil' }, false],
    ["{'|cased': Ev}", { a: 'evil' }, false],
    ["{'|re': '^e.il$'}", { a: ['x', 'evil'] }, true],
    ["{'|cidr': 10.0.0.0/8}", { sourceIPs: ['10.0.0.1'] }, true],
    ["{'|neq': evil}", { a: 'x' }, true],
    ["{'|neq': evil}", { a: 'evil' }, false],
    ['[evil, {a: 1}]', { a: 1 }, true],
    ['[evil, {a: 1}]', { b: 'devil' }, true],
  ])('%s on %j: %s', (search, event, expected) => {
    expect(judge(`s: ${search}\ncondition: s`, event) !== undefined).toBe(expected);
  });
});

describe('conditions', () => {
  const searches = 'a: {x: 1}\nb: {y: 1}\n_c: {z: 1}\n';
  it.each([
    ['a and b', [false, false, true]],
    ['a or b', [true, true, true]],
    ['a and not b', [true, false, false]],
    ['1 of them', [true, true, true]],
    ['all of them', [false, false, true]],
    ['not all of them', [true, true, false]],
    ['1 of _*', [false, false, false]],
    ['[a and not b, b and not a]', [true, true, false]],
  ])('%s', (condition, expected) => {
    const events = [{ x: 1 }, { y: 1 }, { x: 1, y: 1 }];
    const judged = events.map((event) => judge(`${searches}condition: ${condition}`, event));
    expect(judged.map((evidence) => evidence !== undefined)).toEqual(expected);
  });
});

describe('evidence', () => {
  it('lists what matched in the order of the condition, and nothing of a negation', () => {
    const detection =
      "b: {user.groups|contains: system}\na: {verb: '*', code|gte: 400}\nn: {x: 1}\n" +
      'condition: a and 1 of b and not n';
    const event = { code: 403, user: { groups: ['dev', 'system:a', 'System:b'] }, verb: 'get' };
    expect(judge(detection, event)).toEqual({
      fields: [
        { field: 'verb', value: 'get' },
        { field: 'code', value: '403' },
        { field: 'user.groups', value: 'system:a' },
        { field: 'user.groups', value: 'System:b' },
      ],
      omitted: 0,
    });
  });

  it('leaves out the parts of an or that do not hold', () => {
    const detection = 'a: {x: 1, y: 2}\nb: {x: 1}\ncondition: a or b';
    expect(judge(detection, { x: 1 })?.fields).toEqual([{ field: 'x', value: '1' }]);
  });

  it('says where a keyword was found', () => {
    const fields = judge('s: [evil]\ncondition: s', {
      a: [{ 'b.c/d': 'evil' }],
      e: 'EVIL 2',
    })?.fields;
    expect(fields).toEqual([
      { field: 'a.b.c/d', value: 'evil' },
      { field: 'e', value: 'EVIL 2' },
    ]);
  });

  it('shows what a field held instead of a refused value', () => {
    const fields = judge('s: {a|neq: x, b|neq: x}\ncondition: s', { a: 'y' })?.fields;
    expect(fields).toEqual([{ field: 'a', value: 'y' }]);
  });

  it('names objects and empty arrays without their content', () => {
    const fields = judge("s: {a: '*', b|exists: true}\ncondition: s", {
      a: { k: 1 },
      b: [],
    })?.fields;
    expect(fields).toEqual([
      { field: 'a', value: '{…}' },
      { field: 'b', value: '[]' },
    ]);
  });

  it('is there, and empty, where a rule matches by absence', () => {
    expect(judge('s: {a: null}\ncondition: s', {})).toEqual({ fields: [], omitted: 0 });
    expect(judge('s: {a: 1}\ncondition: not s', {})).toEqual({ fields: [], omitted: 0 });
  });
});

describe('compileRule', () => {
  it('carries the rule and its log source', () => {
    const rule = parseRule(ruleWith('s: {a: 1}\ncondition: s'));
    const compiled = compileRule(rule);
    expect(compiled.rule).toBe(rule);
    expect(compiled.logsource).toEqual({ product: 'p' });
  });

  it.each([[undefined], [null], [7], ['text'], [[]], [{}], [JSON.parse('{"__proto__":{"a":1}}')]])(
    'judges %j without a fault',
    (event: unknown) => {
      expect(judge('s: {a.b: 1, c: null}\ncondition: s', event)).toBeUndefined();
    },
  );
});

describe('namesField', () => {
  it.each([
    ['s: {stage: Panic}\ncondition: s', true],
    ['s: {stage|neq: Panic}\ncondition: not s', true],
    ['s: [{a: 1}, {b: 1, stage: x}]\ncondition: 1 of s', true],
    ['s: {a: 1}\nt: {stage: x}\ncondition: s', false],
    ['s: {a: 1}\n_t: {stage: x}\ncondition: 1 of them', false],
    ['s: {requestObject.stage: x}\ncondition: s', false],
    ['s: [stage]\ncondition: s', false],
  ])('%j: %s', (detection, expected) => {
    expect(namesField(parseRule(ruleWith(detection)), 'stage')).toBe(expected);
  });
});
