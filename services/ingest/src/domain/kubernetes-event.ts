import { type ScannedItem } from '@auditstream/item/json-scan';
import { auditIdUse } from './audit-id-use.ts';
import { type EventFacts } from './event-facts.ts';
import { microsOfTimestamp } from './event-time.ts';
import { requestId } from './identity.ts';
import {
  objectMember,
  requireObject,
  requireString,
  requireText,
  stringMember,
} from './item-members.ts';
import { RejectedItem } from './rejection.ts';

/** Those that every event of audit.k8s.io/v1 has, and that say something. */
const requiredTexts = ['level', 'auditID', 'stage', 'requestURI', 'verb'] as const;

/**
 * Reads an Event of audit.k8s.io/v1 (k8s.io/apiserver, pkg/apis/audit/v1/types.go).
 * @throws RejectedItem where it is none
 */
export function kubernetesFacts(cluster: string, item: ScannedItem): EventFacts {
  requireIfThere(item, 'kind', 'Event');
  requireIfThere(item, 'apiVersion', 'audit.k8s.io/v1');
  for (const key of requiredTexts) requireText(item, key);
  requireObject(item, 'user');
  return {
    micros: microsOf(item),
    requestId: requestId(cluster, item),
    object: objectOf(item),
    auditIdUse: auditIdUse(cluster, item),
  };
}

function requireIfThere(item: ScannedItem, key: string, value: string): void {
  const isThere = item.members.some((member) => member.key === key);
  if (isThere && stringMember(item, key) !== value) {
    throw new RejectedItem('not-an-event', `${key} is not ${value}.`);
  }
}

function microsOf(item: ScannedItem): number {
  const micros = microsOfTimestamp(requireString(item, 'stageTimestamp'));
  if (micros !== null) return micros;
  const message = 'stageTimestamp is not an RFC 3339 time from 1970 to 2254.';
  throw new RejectedItem('bad-time', message);
}

function objectOf(item: ScannedItem): readonly string[] | null {
  const reference = objectMember(item, 'objectRef');
  if (reference === undefined) return null;
  const [group = '', resource = '', namespace = '', name = ''] = [
    'apiGroup',
    'resource',
    'namespace',
    'name',
  ].map((key) => stringMember(reference, key));
  return name === '' ? null : [group, resource, namespace, name];
}
