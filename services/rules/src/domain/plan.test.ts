import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RuleVersion } from '@auditstream/events/generated/types';
import { type PackRule } from './pack-rule.ts';
import { packAuthor, planVersions } from './plan.ts';

const rule: PackRule = {
  id: 'a',
  title: 'A',
  level: 'high',
  mode: 'enforce',
  text: 'text 1',
  digest: 'd1',
  pack: 'p',
};
const version: RuleVersion = {
  ...rule,
  version: 3,
  enabled: true,
  author: packAuthor,
  comment: 'New in the pack p.',
};

describe('planVersions', () => {
  it.each([
    {
      what: 'a new rule',
      newest: undefined,
      wanted: rule,
      expected: { version: 1, comment: 'New in the pack p.' },
    },
    {
      what: 'another text',
      newest: version,
      wanted: { ...rule, digest: 'd2' },
      expected: { version: 4, comment: 'The pack p: another text.' },
    },
    {
      what: 'another mode',
      newest: version,
      wanted: { ...rule, mode: 'shadow' as const },
      expected: { version: 4, comment: 'The pack p: mode shadow after enforce.' },
    },
    {
      what: 'a rule that was switched off',
      newest: { ...version, enabled: false },
      wanted: rule,
      expected: { version: 4, comment: 'The pack p: enabled again.' },
    },
  ])('publishes $what', ({ newest, wanted, expected }) => {
    const planned = planVersions(new Map(newest && [[newest.id, newest]]), [wanted]);
    expect(planned).toEqual([{ ...wanted, enabled: true, author: packAuthor, ...expected }]);
  });

  it.each([
    ['what is there already', version, [rule]],
    ['another title alone: it is part of the text', version, [{ ...rule, title: 'B' }]],
    ['a rule that is gone and switched off', { ...version, enabled: false }, []],
    ['a rule that came with no pack', { ...version, pack: '' }, []],
  ])('does not publish %s', (_, newest, wanted) => {
    expect(planVersions(new Map([[newest.id, newest]]), wanted)).toEqual([]);
  });

  it('switches off a rule that is in no pack any more, and keeps its text', () => {
    expect(planVersions(new Map([['a', version]]), [])).toEqual([
      {
        ...version,
        version: 4,
        enabled: false,
        comment: 'The pack p does not publish it any more.',
      },
    ]);
  });

  it('brings any topic to any packs in one go: versions by one, nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(packsArbitrary, { minLength: 1, maxLength: 6 }), (history) => {
        const newest = new Map<string, RuleVersion>();
        for (const packs of history) {
          for (const planned of planVersions(newest, packs)) {
            expect(planned.version).toBe((newest.get(planned.id)?.version ?? 0) + 1);
            newest.set(planned.id, planned);
          }
          expect(planVersions(newest, packs)).toEqual([]);
          expect(inForce(newest)).toEqual(packs.map(essence).sort());
        }
      }),
    );
  });
});

const packsArbitrary = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    mode: fc.constantFrom('enforce' as const, 'shadow' as const),
    digest: fc.constantFrom('d1', 'd2', 'd3'),
    ...{ title: fc.constant('T'), level: fc.constant('low'), text: fc.constant('t') },
    pack: fc.constantFrom('p', 'q'),
  }),
  { selector: ({ id }) => id },
);

function inForce(newest: ReadonlyMap<string, RuleVersion>): readonly string[] {
  return [...newest.values()]
    .filter(({ enabled }) => enabled)
    .map(essence)
    .sort();
}

function essence({ id, mode, digest }: PackRule): string {
  return `${id} ${mode} ${digest}`;
}
