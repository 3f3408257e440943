import { describe, expect, it } from '@jest/globals';
import { topicNames } from '@auditstream/events/topics';
import { renderTopicsPage } from './topics-page.ts';

describe('the topics page', () => {
  const page = renderTopicsPage();

  it.each(topicNames)('has one row for %s', (name) => {
    const [table = ''] = page.split('## Consumer groups');
    expect(table.match(new RegExp(`^\\| \`${name}\` \\|`, 'gm'))).toHaveLength(1);
  });

  it('says what a reader of a topic wants to know', () => {
    expect(page).toContain(
      '| `audit.rules` | [RuleVersion](records.md#ruleversion) | rule id and version; never tombstoned | rules | detect | compacted | 1 |',
    );
  });

  it('names the groups that are committed, and only those', () => {
    const [, groups = ''] = page.split('## Consumer groups');
    expect(groups).toContain('| enrich | `audit.ingested` | `auditstream-enrich-ingested` |');
    expect(groups).not.toContain('audit.rules');
    expect(groups).not.toContain('operators');
  });
});
