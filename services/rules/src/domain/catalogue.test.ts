import { describe, expect, it } from '@jest/globals';
import { type RuleVersion } from '@auditstream/events/generated/types';
import { createCatalogue } from './catalogue.ts';

const base: RuleVersion = {
  ...{ id: 'b', version: 1, title: 'B', level: 'low', mode: 'enforce', enabled: true },
  ...{ text: 't', digest: 'd1', pack: 'p', author: 'x', comment: 'c' },
};

describe('createCatalogue', () => {
  it('lists the newest version of each rule by id, in whatever order they came', () => {
    const catalogue = createCatalogue();
    for (const [id, version] of [
      ['b', 2],
      ['b', 10],
      ['b', 1],
      ['a', 1],
    ] as const) {
      expect(catalogue.add({ version: { ...base, id, version }, publishedAt: version })).toBe(
        'new',
      );
    }
    const newest = [...catalogue.newest()].map(([id, { version }]) => [id, version.version]);
    expect(newest).toEqual([
      ['a', 1],
      ['b', 10],
    ]);
    expect(catalogue.versionsOf('b').map(({ version }) => version.version)).toEqual([10, 2, 1]);
    expect(catalogue.versionsOf('c')).toEqual([]);
  });

  it.each([
    ['a repeat', {}, 'repeat'],
    ['a repeat by another author', { author: 'y', comment: 'z' }, 'repeat'],
    ['another text', { digest: 'd2' }, 'conflict'],
    ['another mode', { mode: 'test' as const }, 'conflict'],
    ['another enabling', { enabled: false }, 'conflict'],
  ])('lets the first record of a version count: %s', (_, change, expected) => {
    const catalogue = createCatalogue();
    catalogue.add({ version: base, publishedAt: 1 });
    expect(catalogue.add({ version: { ...base, ...change }, publishedAt: 2 })).toBe(expected);
    expect(catalogue.versionsOf('b')).toEqual([{ version: base, publishedAt: 1 }]);
  });
});
