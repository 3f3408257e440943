import { type RuleVersion } from '@auditstream/events/generated/types';
import { type PackRule } from './pack-rule.ts';

/** Who publishes what the packs say. */
export const packAuthor = 'auditstream';

/**
 * The versions that bring the topic to what the packs say, in the order of the rules' ids: one for
 * each rule whose text, mode or enabling differs from its newest version, one that switches off each
 * rule that came with a pack and is in none any more. Versions increase by one. Planned against a
 * topic that holds its own result, it gives nothing.
 *
 * @param newest the newest version of each rule, by id
 * @param rules the rules that the packs publish; each id once
 */
export function planVersions(
  newest: ReadonlyMap<string, RuleVersion>,
  rules: readonly PackRule[],
): readonly RuleVersion[] {
  const wanted = new Set(rules.map(({ id }) => id));
  const changed = rules.flatMap((rule) => nextVersion(newest.get(rule.id), rule));
  const gone = [...newest.values()].filter(({ id, pack }) => pack !== '' && !wanted.has(id));
  return [...changed, ...gone.flatMap(switchedOff)].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function nextVersion(newest: RuleVersion | undefined, rule: PackRule): readonly RuleVersion[] {
  const comment = whatChanged(newest, rule);
  if (comment === undefined) return [];
  const version = (newest?.version ?? 0) + 1;
  return [{ ...rule, version, enabled: true, author: packAuthor, comment }];
}

function whatChanged(newest: RuleVersion | undefined, rule: PackRule): string | undefined {
  if (newest === undefined) return `New in the pack ${rule.pack}.`;
  const changes = [
    ...(newest.digest === rule.digest ? [] : ['another text']),
    ...(newest.mode === rule.mode ? [] : [`mode ${rule.mode} after ${newest.mode}`]),
    ...(newest.enabled ? [] : ['enabled again']),
  ];
  return changes.length === 0 ? undefined : `The pack ${rule.pack}: ${changes.join(', ')}.`;
}

function switchedOff(newest: RuleVersion): readonly RuleVersion[] {
  if (!newest.enabled) return [];
  const comment = `The pack ${newest.pack} does not publish it any more.`;
  const version = newest.version + 1;
  return [{ ...newest, version, enabled: false, author: packAuthor, comment }];
}
