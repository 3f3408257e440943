import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { parseRedaction, readRedaction, RedactionFileError } from './redaction-file.ts';

function problemsOf(text: string): readonly string[] {
  try {
    parseRedaction('/etc/redaction.yaml', text);
  } catch (error) {
    if (!(error instanceof RedactionFileError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
  }
  return [];
}

describe('the redaction file', () => {
  it('adds to redaction', () => {
    const text = `
execArguments: drop
paths:
  - resource: example.com/databases
    path: spec.users[].connection
  - { resource: "*", path: 'metadata.annotations["example.com/login"].*' }
`;
    expect(parseRedaction('/etc/redaction.yaml', text)).toEqual({
      execArguments: 'drop',
      paths: [
        {
          resource: 'example.com/databases',
          steps: [
            { type: 'key', key: 'spec' },
            { type: 'key', key: 'users' },
            { type: 'any-element' },
            { type: 'key', key: 'connection' },
          ],
        },
        {
          resource: '*',
          steps: [
            { type: 'key', key: 'metadata' },
            { type: 'key', key: 'annotations' },
            { type: 'key', key: 'example.com/login' },
            { type: 'any-key' },
          ],
        },
      ],
    });
  });

  it('is not needed', async () => {
    expect(await readRedaction(null)).toEqual(defaultPolicy);
    expect(parseRedaction('/etc/redaction.yaml', 'execArguments: mask')).toEqual(defaultPolicy);
  });

  it.each([
    ['', ['1:1: expected execArguments, paths, or both']],
    ['[]', ['1:1: expected execArguments, paths, or both']],
    ['off: true', ['1:1: unknown key off; there are execArguments and paths']],
    ['execArguments: keep', ['1:16: execArguments: expected mask or drop']],
    ['paths: x', ['1:8: paths: expected a list']],
    ['paths:\n  - x', ['2:5: expected a resource and a path']],
    [
      'paths:\n  - resource: A B\n    path: a..b\n    kind: x',
      [
        '4:5: unknown key kind; there are resource and path',
        '2:15: resource: expected group/resource (without a group: secrets), or * for all',
        '3:11: path: expected one as spec.users[].connection',
      ],
    ],
    [
      'paths: [{}]',
      [
        '1:9: resource: expected group/resource (without a group: secrets), or * for all',
        '1:9: path: expected one as spec.users[].connection',
      ],
    ],
    ['execArguments: drop\nexecArguments: drop', ['2:1: Map keys must be unique']],
  ])('is refused with every problem: %j', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });
});
