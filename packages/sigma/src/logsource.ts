/** What a rule, or a stream of events, says about where events come from. */
export interface Logsource {
  readonly product?: string;
  readonly service?: string;
  readonly category?: string;
}

/** The events of a Kubernetes API server; SigmaHQ files some of its rules under `application`. */
export const kubernetesAudit: Logsource = {
  product: 'kubernetes',
  service: 'audit',
  category: 'application',
};

/** The events of a Docker Engine. */
export const dockerEvents: Logsource = { product: 'docker' };

/** What Auditstream tells of its sources and of itself. */
export const auditstreamEvents: Logsource = { product: 'auditstream' };

const attributes = ['product', 'service', 'category'] as const;

/**
 * Tells whether a rule applies to the events of a source.
 *
 * A rule that names no attribute applies to every source. Otherwise at least one attribute must be
 * named by both and equal, and none may differ; what the source leaves open is not held against the
 * rule. Case is ignored.
 */
export function logsourceMatches(rule: Logsource, source: Logsource): boolean {
  const named = attributes.filter((attribute) => rule[attribute] !== undefined);
  if (named.length === 0) return true;
  const shared = named.filter((attribute) => source[attribute] !== undefined);
  return (
    shared.length > 0 &&
    shared.every((name) => rule[name]?.toLowerCase() === source[name]?.toLowerCase())
  );
}
