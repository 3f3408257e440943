import { describe, expect, it } from '@jest/globals';
import { parseRule } from './parse.ts';
import { ruleWith } from './testing/rule-text.ts';

const complete = `title: Secrets listed
id: eeb3e9e1-b685-44e4-9232-6bb701f925b5
status: test
description: |
  Lists secrets.
license: DRL-1.1
references:
  - https://example.org/a
author: Ann
date: 2024-07-11
modified: 2025/01/01
tags: [attack.t1552.007]
logsource: {product: kubernetes, service: audit, definition: metadata is enough}
detection:
  selection:
    verb: list
    objectRef.resource|endswith: [secrets, s?crets]
  _keywords: [kube, 7]
  condition: selection and not _keywords
falsepositives: Unknown
level: high
custom: {any: thing}
`;

describe('parseRule', () => {
  it('reads a complete rule', () => {
    const rule = parseRule(complete);
    expect({ ...rule, detection: undefined }).toEqual({
      id: 'eeb3e9e1-b685-44e4-9232-6bb701f925b5',
      title: 'Secrets listed',
      status: 'test',
      description: 'Lists secrets.\n',
      license: 'DRL-1.1',
      references: ['https://example.org/a'],
      author: 'Ann',
      date: '2024-07-11',
      modified: '2025/01/01',
      tags: ['attack.t1552.007'],
      logsource: { product: 'kubernetes', service: 'audit' },
      level: 'high',
      falsepositives: ['Unknown'],
      detection: undefined,
    });
    expect([...rule.detection.searches.keys()]).toEqual(['selection', '_keywords']);
  });

  it('reads searches as all of a map, any of a list', () => {
    const { searches } = parseRule(
      ruleWith('s:\n  - a: 1\n    b|re|i: x\n  - c|neq: null\ncondition: s'),
    ).detection;
    const line = { kind: 'item', join: 'any', negated: false };
    expect(searches.get('s')).toEqual({
      kind: 'any',
      searches: [
        {
          kind: 'all',
          searches: [
            { ...line, field: 'a', tests: [{ kind: 'number', value: 1, text: '1' }] },
            { ...line, field: 'b', tests: [{ kind: 'regex', source: 'x', flags: 'i' }] },
          ],
        },
        { ...line, field: 'c', tests: [{ kind: 'null' }], negated: true },
      ],
    });
  });

  it('takes a rule without level as medium, and leaves out what is not said', () => {
    const rule = parseRule(ruleWith('s: {a: 1}\ncondition: s'));
    expect(rule.level).toBe('medium');
    expect([rule.id, rule.author, rule.status]).toEqual([undefined, undefined, undefined]);
    expect([rule.tags, rule.references, rule.falsepositives]).toEqual([[], [], []]);
  });

  it('takes a log source that names nothing', () => {
    const rule = parseRule('title: t\nlogsource: {}\ndetection: {s: {a: 1}, condition: s}');
    expect(rule.logsource).toEqual({});
  });

  it('joins a list of conditions with or', () => {
    const rule = parseRule(ruleWith('s: {a: 1}\nt: {a: 2}\ncondition: [s, not t]'));
    expect(rule.detection.condition).toEqual({
      kind: 'or',
      operands: [
        { kind: 'search', name: 's' },
        { kind: 'not', operand: { kind: 'search', name: 't' } },
      ],
    });
  });

  it('keeps integers beyond 2^53 and follows aliases', () => {
    const text = ruleWith('s: {a: &big 9007199254740993}\nt: {b: *big}\ncondition: s and t');
    const test = { kind: 'number', value: 9007199254740993n, text: '9007199254740993' };
    expect(parseRule(text).detection.searches.get('t')).toMatchObject({ tests: [test] });
  });

  it('keeps searches of any name apart from the object prototype', () => {
    const rule = parseRule(
      ruleWith('__proto__: {a: 1}\nconstructor: {a: 2}\ncondition: all of __p*'),
    );
    expect([...rule.detection.searches.keys()]).toEqual(['__proto__', 'constructor']);
  });
});
