import { type RuleVersion } from '@auditstream/events/generated/types';

/** A version with the append time of its record, in epoch milliseconds. */
export interface PublishedVersion {
  readonly version: RuleVersion;
  readonly publishedAt: number;
}

/** What a record of audit.rules is to what is known already. */
export type Addition = 'new' | 'repeat' | 'conflict';

/** Everything that audit.rules holds. Of several records of one version the first counts. */
export interface Catalogue {
  add(published: PublishedVersion): Addition;
  /** The newest version of each rule by id, ids ascending. */
  newest(): ReadonlyMap<string, PublishedVersion>;
  /** All versions of a rule, newest first; empty where there is none. */
  versionsOf(id: string): readonly PublishedVersion[];
}

export function createCatalogue(): Catalogue {
  const rules = new Map<string, Map<number, PublishedVersion>>();
  return {
    add: (published) => {
      const { id, version } = published.version;
      const versions = rules.get(id) ?? new Map<number, PublishedVersion>();
      const first = versions.get(version);
      if (first !== undefined) return compare(first.version, published.version);
      rules.set(id, versions.set(version, published));
      return 'new';
    },
    newest: () =>
      new Map(
        [...rules.keys()].sort().flatMap((id) => {
          const [newest] = newestFirst(rules.get(id));
          return newest === undefined ? [] : [[id, newest]];
        }),
      ),
    versionsOf: (id) => newestFirst(rules.get(id)),
  };
}

function compare(first: RuleVersion, other: RuleVersion): Addition {
  const isSame =
    first.digest === other.digest && first.mode === other.mode && first.enabled === other.enabled;
  return isSame ? 'repeat' : 'conflict';
}

function newestFirst(
  versions: ReadonlyMap<number, PublishedVersion> | undefined,
): readonly PublishedVersion[] {
  return [...(versions?.values() ?? [])].sort((a, b) => b.version.version - a.version.version);
}
