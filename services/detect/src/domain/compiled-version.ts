import { type RuleVersion } from '@auditstream/events/generated/types';
import { compileRule, type CompiledRule, namesField } from '@auditstream/sigma/compile';
import { parseRule } from '@auditstream/sigma/parse';

/** A rule version that is ready to judge. */
export interface UsableVersion {
  readonly type: 'usable';
  readonly version: RuleVersion;
  readonly rule: CompiledRule;
  /** It tells stages apart itself, so it is shown every one. */
  readonly namesStage: boolean;
}

/** A rule version that cannot judge. The rules service lets none through. */
export interface BrokenVersion {
  readonly type: 'broken';
  readonly version: RuleVersion;
  readonly cause: unknown;
}

export type CompiledVersion = UsableVersion | BrokenVersion;

/** Compiles a version. It never throws: a broken one must not keep the others from judging. */
export function compileVersion(version: RuleVersion): CompiledVersion {
  try {
    const rule = parseRule(version.text);
    const namesStage = namesField(rule, 'stage');
    return { type: 'usable', version, rule: compileRule(rule), namesStage };
  } catch (cause) {
    return { type: 'broken', version, cause };
  }
}

/** Names a version as its record's key in audit.rules does. */
export function versionKey({ id, version }: Pick<RuleVersion, 'id' | 'version'>): string {
  return `${id}/${version}`;
}
