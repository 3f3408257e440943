import { createHash } from 'node:crypto';
import { type AuditEvent, type DetectionKind } from '@auditstream/events/generated/types';

/** The id of what one rule finds in one request: the same for every version, stage and replay. */
export function detectionId(ruleId: string, requestId: string): string {
  return hash([ruleId, requestId]);
}

/**
 * The key under which alerts about one thing join, stable over requests and rule versions. The group of
 * a rule on single events is who acted on which object.
 */
export function dedupKey(kind: DetectionKind, ruleId: string, event: AuditEvent): string {
  const { object, actor, cluster } = event;
  const target = [object?.group, object?.type, object?.subresource, object?.namespace];
  return hash([kind, ruleId, cluster, actor.name, ...target, object?.name ?? object?.id]);
}

/**
 * 128 bits of SHA-256, hex, over the parts one after the other: each as its length in bytes in decimal,
 * a colon, and its UTF-8; an absent part is a hyphen. No two lists of parts give the same bytes.
 */
function hash(parts: readonly (string | null | undefined)[]): string {
  const digest = createHash('sha256');
  for (const part of parts) {
    if (part === null || part === undefined) digest.update('-');
    else digest.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return digest.digest('hex').slice(0, 32);
}
