/** Google Cloud Audit Logs: what a log sink sends to Pub/Sub and writes to a bucket. */
import { type ScannedItem } from '@auditstream/item/json-scan';
import { objectMember, stringMember } from '../item-members.ts';
import { skipped, unwrapped, type Unwrapped } from './export-format.ts';
import { googleEvent } from './google-event.ts';
import { objectIn, objectInText } from './json-values.ts';

const auditLogType = 'type.googleapis.com/google.cloud.audit.AuditLog';

/** A LogEntry, or a push message of Pub/Sub that holds one in base64. */
export function unwrapGoogle(value: Buffer, exportedAs: string): Unwrapped {
  const item = objectIn(value);
  if (item === undefined) return unwrapped([value]);
  const message = objectMember(item, 'message');
  const data = message && stringMember(message, 'data');
  if (data === undefined) return unwrapEntry(item, exportedAs);
  const entry = objectInText(Buffer.from(data, 'base64'));
  return entry === undefined ? unwrapped([value]) : unwrapEntry(entry, exportedAs);
}

function unwrapEntry(entry: ScannedItem, exportedAs: string): Unwrapped {
  const resource = objectMember(entry, 'resource');
  const payload = objectMember(entry, 'protoPayload');
  const isAudit =
    payload !== undefined &&
    stringMember(payload, '@type') === auditLogType &&
    stringMember(payload, 'serviceName') === 'k8s.io' &&
    resource !== undefined &&
    stringMember(resource, 'type') === 'k8s_cluster';
  if (!isAudit) return skipped('not-audit', 1);
  if (!namesOf(resource).includes(exportedAs)) return skipped('other-cluster', 1);
  return unwrapped([googleEvent(entry, payload)]);
}

/** The cluster's name, alone and behind project and location. */
function namesOf(resource: ScannedItem): readonly string[] {
  const labels = objectMember(resource, 'labels');
  const [project, location, name] = ['project_id', 'location', 'cluster_name'].map(
    (key) => (labels && stringMember(labels, key)) ?? '',
  );
  return [name ?? '', [project, location, name].join('/')];
}
