/** The shapes in which managed services export the audit events of their clusters. docs/kubernetes-exports.md */

/**
 * - `eks`: Amazon CloudWatch Logs, by subscription or export
 * - `gke`: Google Cloud Audit Logs
 * - `aks`: Azure Monitor diagnostic settings
 */
export type ExportFormat = 'eks' | 'gke' | 'aks';

export const exportFormats: readonly ExportFormat[] = ['eks', 'gke', 'aks'];

/** Why an entry is passed over: it is no audit event of an API server, or one of another cluster. */
export type SkipReason = 'not-audit' | 'other-cluster';

/** What has been taken out of its wrapping. */
export interface Unwrapped {
  /** Would-be events of audit.k8s.io/v1. An entry that can't be taken apart is one as it is, to be rejected. */
  readonly items: readonly Buffer[];
  readonly skipped: Readonly<Record<SkipReason, number>>;
}

export const nothingUnwrapped: Unwrapped = {
  items: [],
  skipped: { 'not-audit': 0, 'other-cluster': 0 },
};

export function unwrapped(items: readonly Buffer[]): Unwrapped {
  return { ...nothingUnwrapped, items };
}

export function skipped(reason: SkipReason, count: number): Unwrapped {
  return { items: [], skipped: { ...nothingUnwrapped.skipped, [reason]: count } };
}

export function joined(parts: readonly Unwrapped[]): Unwrapped {
  const total = (reason: SkipReason): number =>
    parts.reduce((sum, part) => sum + part.skipped[reason], 0);
  return {
    items: parts.flatMap(({ items }) => items),
    skipped: { 'not-audit': total('not-audit'), 'other-cluster': total('other-cluster') },
  };
}
