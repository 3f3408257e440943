/** The Policy of audit.k8s.io/v1 (k8s.io/apiserver, pkg/apis/audit/v1/types.go). */

/** How much of a request is recorded, the least first. */
export const auditLevels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof auditLevels)[number];

export const auditStages = [
  'RequestReceived',
  'ResponseStarted',
  'ResponseComplete',
  'Panic',
] as const;
export type AuditStage = (typeof auditStages)[number];

/** Resources of an API group; every list that is empty stands for everything. */
export interface GroupResources {
  /** `''` is the core group, `*` every group. */
  readonly group: string;
  /** `pods`, `pods/log`, `pods/*`, `*` followed by `/scale`, or `*`. */
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

/** A rule fits where everything that it names fits; what it leaves out, or leaves empty, fits always. */
export interface PolicyRule {
  readonly level: AuditLevel;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly GroupResources[];
  /** `''` stands for what is in no namespace. */
  readonly namespaces: readonly string[];
  /** Paths; a `*` at the end stands for any rest. */
  readonly nonResourceURLs: readonly string[];
  /** Its own, those of the whole policy left out. */
  readonly omitStages: readonly AuditStage[];
  /** Null leaves it to the policy. */
  readonly omitManagedFields: boolean | null;
  /** Line of the file on which the rule begins, from 1. */
  readonly line: number;
  /** The comment that stands before the rule, on one line; empty where there is none. */
  readonly reason: string;
}

/** The first rule that fits decides. */
export interface Policy {
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
  /** At least one. */
  readonly rules: readonly PolicyRule[];
}

/** Whether `level` records less than `other`. */
export function isBelow(level: AuditLevel, other: AuditLevel): boolean {
  return auditLevels.indexOf(level) < auditLevels.indexOf(other);
}
