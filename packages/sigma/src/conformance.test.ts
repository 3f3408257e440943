import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compileRule } from './compile.ts';
import { SigmaError } from './error.ts';
import { parseRule } from './parse.ts';
import { refusalOf, ruleWith } from './testing/rule-text.ts';

/** What this version refuses of the cases; a name leaves the list when the engine learns it. */
const notSupported = [
  ...['windash', 'base64', 'base64offset', 'utf16', 'utf16be', 'wide', 'expand', 'fieldref'],
];

interface Case {
  readonly source: string;
  readonly test: string;
  readonly rule: string;
  readonly event: unknown;
  readonly expected: boolean;
}

const cases = read('sigma-conformance.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

function read(file: string): string {
  return readFileSync(new URL(`../testdata/${file}`, import.meta.url), 'utf8');
}

/** The modifier that a case's rule was refused for; undefined where the rule was taken. */
function refusedFor(rule: string): string | undefined {
  try {
    parseRule(rule);
    return undefined;
  } catch (error) {
    if (!(error instanceof SigmaError) || error.code !== 'unsupported') throw error;
    return /^modifier '(\w+)' is not supported/.exec(error.message)?.[1] ?? error.message;
  }
}

describe('conformance cases', () => {
  it('are refused for nothing but what is not supported, all of which they show', () => {
    const refused = cases.map(({ rule }) => refusedFor(rule)).filter((name) => name !== undefined);
    expect([...new Set(refused)].sort()).toEqual([...notSupported].sort());
    expect([cases.length, refused.length]).toEqual([180, 67]);
  });

  it.each(
    cases
      .filter(({ rule }) => refusedFor(rule) === undefined)
      .map(({ source, test, ...rest }, index) => [`${index} ${source} ${test}`, rest] as const),
  )('%s', (_name, { rule, event, expected }) => {
    expect(compileRule(parseRule(rule)).matches(event) !== undefined).toBe(expected);
  });
});

describe('what an engine must refuse', () => {
  const detections = JSON.parse(read('sigma-must-reject.json')) as readonly {
    readonly test: string;
    readonly detection: string;
  }[];

  it.each(detections.map(({ test, detection }) => [test, detection]))('%s', (_name, detection) => {
    expect(refusalOf(ruleWith(`${detection}\ncondition: selection`)).path).toMatch(
      /^\/detection\/selection/,
    );
  });
});
