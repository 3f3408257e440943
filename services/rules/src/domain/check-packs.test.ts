import { describe, expect, it } from '@jest/globals';
import { checkPacks, type RuleFile } from './check-packs.ts';

function file(path: string, change: Partial<RuleFile> & { readonly id?: string } = {}): RuleFile {
  const { id = path, ...rest } = change;
  return { path, publish: true, text: ruleText(`id: ${id}`), ...rest };
}

function ruleText(idLine: string, condition = 'selection'): string {
  return `title: Exec
${idLine}
level: high
logsource:
  product: kubernetes
detection:
  selection:
    verb: create
  condition: ${condition}
`;
}

const pack = { name: 'p', mode: 'shadow' } as const;

describe('checkPacks', () => {
  it('gives the rules to publish with what the pack says', () => {
    const files = [file('a'), file('b', { publish: false })];
    const { rules, problems } = checkPacks([{ ...pack, files }]);
    expect(problems).toEqual([]);
    expect(rules).toEqual([
      {
        ...{ id: 'a', title: 'Exec', level: 'high', mode: 'shadow', pack: 'p' },
        text: ruleText('id: a'),
        digest: 'd0127a8200426ec5690ff251428f0143d242539ddbda83d0066633d74464e592',
      },
    ]);
  });

  it.each([
    ['a condition', ruleText('id: a', 'selection and nothing'), 'a:9:28'],
    ['no YAML', 'title: [', 'a:1:9'],
    ['no id', ruleText('status: test'), 'a'],
    ['an id with a slash', ruleText('id: a/b'), 'a'],
  ])('says where the rule is wrong: %s', (_, text, where) => {
    const { problems } = checkPacks([{ ...pack, files: [file('a', { text })] }]);
    expect(problems.map((problem) => problem.where)).toEqual([where]);
  });

  it('tells of every bad rule, the unpublished ones too', () => {
    const bad = { text: ruleText('id: x', 'nothing') };
    const files = [file('a', bad), file('b'), file('c', { ...bad, publish: false })];
    const { problems } = checkPacks([{ ...pack, files }]);
    expect(problems.map(({ where }) => where)).toEqual(['a:9:14', 'c:9:14']);
  });

  it('refuses one id in two files of any packs', () => {
    const { problems } = checkPacks([
      { ...pack, files: [file('a')] },
      { ...pack, name: 'q', files: [file('other/a', { id: 'a' })] },
    ]);
    expect(problems).toEqual([
      { where: 'other/a', message: 'the id a is that of a: give it its own' },
    ]);
  });
});
