import { type RuleVersion } from '@auditstream/events/generated/types';
import { type PublishedVersion } from './catalogue.ts';

/** One version as the API shows it in lists. */
export interface VersionSummary extends Omit<RuleVersion, 'text'> {
  /** RFC 3339, UTC; the version counts from one second later. */
  readonly publishedAt: string;
}

/** One version as the API shows it in full. */
export interface VersionView extends VersionSummary {
  readonly text: string;
}

/** A rule: its newest version, and all of them, newest first. */
export interface RuleView extends VersionView {
  readonly versions: readonly VersionView[];
}

export function summarise(published: PublishedVersion): VersionSummary {
  const { id, version, title, level, mode, enabled, digest, pack, author, comment } =
    published.version;
  const publishedAt = new Date(published.publishedAt).toISOString();
  return {
    ...{ id, version, title, level, mode, enabled },
    digest,
    pack,
    author,
    comment,
    publishedAt,
  };
}

/** @returns undefined for a rule without any version */
export function viewRule(newestFirst: readonly PublishedVersion[]): RuleView | undefined {
  const versions = newestFirst.map((published) => ({
    ...summarise(published),
    text: published.version.text,
  }));
  const [newest] = versions;
  return newest && { ...newest, versions };
}
