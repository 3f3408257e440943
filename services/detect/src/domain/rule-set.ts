import { type RuleVersion, type Source } from '@auditstream/events/generated/types';
import { ruleDelayMs } from '@auditstream/events/rule-delay';
import {
  auditstreamEvents,
  dockerEvents,
  kubernetesAudit,
  type Logsource,
  logsourceMatches,
} from '@auditstream/sigma/logsource';
import {
  type BrokenVersion,
  type CompiledVersion,
  compileVersion,
  type UsableVersion,
  versionKey,
} from './compiled-version.ts';

/** A version with the append time of its record in audit.rules, in epoch milliseconds. */
export interface PublishedVersion {
  readonly version: RuleVersion;
  readonly publishedAt: number;
}

/** The rules that judge events appended from `from` until before `until` (epoch milliseconds). */
export interface RulesInForce {
  readonly from: number;
  readonly until: number;
  /** By the kind of source whose events they see; rules in the order of their ids. */
  readonly usable: Readonly<Record<Source, readonly UsableVersion[]>>;
  readonly broken: readonly BrokenVersion[];
}

/** All versions of all rules, and which of them are in force when. */
export interface RuleSet {
  /** Of several records of one version the first counts; a conflict is one with another content. */
  add(published: PublishedVersion): 'new' | 'repeat' | 'conflict';
  /** @param time epoch milliseconds, the append time of an event */
  inForceAt(time: number): RulesInForce;
  /** How many rules have an enabled newest version. */
  enabledCount(): number;
}

/** Moments between two changes that are kept compiled: a backlog spans few, live traffic one or two. */
const maxKept = 4;

/** An empty set. What it answers depends on the versions added and the time asked for, on nothing else. */
export function createRuleSet(
  compile: (version: RuleVersion) => CompiledVersion = compileVersion,
): RuleSet {
  const rules = new Map<string, Map<number, PublishedVersion>>();
  const compiled = new Map<string, CompiledVersion>();
  let kept: readonly RulesInForce[] = [];

  function compileOnce(version: RuleVersion): CompiledVersion {
    const key = versionKey(version);
    const known = compiled.get(key) ?? compile(version);
    compiled.set(key, known);
    return known;
  }

  function build(time: number): RulesInForce {
    const versions = [...rules.values()].flatMap((known) => inForce(known, time));
    const enabled = versions.filter(({ enabled }) => enabled).map(compileOnce);
    const built = { ...bounds(rules, time), ...sorted(enabled) };
    kept = [built, ...kept].slice(0, maxKept);
    forgetUnused(compiled, kept);
    return built;
  }

  return {
    add: (published) => {
      const { id, version } = published.version;
      const known = rules.get(id) ?? new Map<number, PublishedVersion>();
      const first = known.get(version);
      if (first !== undefined) return compare(first.version, published.version);
      rules.set(id, known.set(version, published));
      kept = kept.filter(({ until }) => until <= countsFrom(published));
      return 'new';
    },
    inForceAt: (time) =>
      kept.find(({ from, until }) => from <= time && time < until) ?? build(time),
    enabledCount: () =>
      [...rules.values()].filter((known) => inForce(known, Infinity)[0]?.enabled === true).length,
  };
}

function countsFrom({ publishedAt }: PublishedVersion): number {
  return publishedAt + ruleDelayMs;
}

function compare(first: RuleVersion, other: RuleVersion): 'repeat' | 'conflict' {
  const isSame =
    first.digest === other.digest && first.mode === other.mode && first.enabled === other.enabled;
  return isSame ? 'repeat' : 'conflict';
}

/** The version of one rule that is in force: the highest that counts already, if any does. */
function inForce(
  versions: ReadonlyMap<number, PublishedVersion>,
  time: number,
): readonly RuleVersion[] {
  let highest: RuleVersion | undefined;
  for (const published of versions.values()) {
    const { version } = published;
    if (countsFrom(published) <= time && version.version > (highest?.version ?? 0)) {
      highest = version;
    }
  }
  return highest === undefined ? [] : [highest];
}

/** The last moment up to the time, and the first one after it, at which any version begins to count. */
function bounds(
  rules: ReadonlyMap<string, ReadonlyMap<number, PublishedVersion>>,
  time: number,
): { readonly from: number; readonly until: number } {
  let from = -Infinity;
  let until = Infinity;
  for (const versions of rules.values()) {
    for (const published of versions.values()) {
      const moment = countsFrom(published);
      if (moment <= time) from = Math.max(from, moment);
      else until = Math.min(until, moment);
    }
  }
  return { from, until };
}

const logsources: Readonly<Record<Source, Logsource | undefined>> = {
  kubernetes: kubernetesAudit,
  docker: dockerEvents,
  auditstream: auditstreamEvents,
  unknown: undefined,
};

function sorted(enabled: readonly CompiledVersion[]): Pick<RulesInForce, 'usable' | 'broken'> {
  const usable = enabled.filter((compiled) => compiled.type === 'usable').sort(byId);
  const seeing = (source: Source): readonly UsableVersion[] => {
    const logsource = logsources[source];
    if (logsource === undefined) return [];
    return usable.filter(({ rule }) => logsourceMatches(rule.logsource, logsource));
  };
  return {
    usable: {
      kubernetes: seeing('kubernetes'),
      docker: seeing('docker'),
      auditstream: seeing('auditstream'),
      unknown: [],
    },
    broken: enabled.filter((compiled) => compiled.type === 'broken').sort(byId),
  };
}

function byId(a: CompiledVersion, b: CompiledVersion): number {
  return a.version.id < b.version.id ? -1 : 1;
}

function forgetUnused(compiled: Map<string, CompiledVersion>, kept: readonly RulesInForce[]): void {
  const used = new Set(
    kept.flatMap(({ usable, broken }) =>
      [...Object.values(usable).flat(), ...broken].map(({ version }) => versionKey(version)),
    ),
  );
  for (const key of compiled.keys()) if (!used.has(key)) compiled.delete(key);
}
