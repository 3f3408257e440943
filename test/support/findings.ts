import { type Json } from '../../cli/src/adapters/opensearch.ts';
import { textAt, valueAt } from '../../cli/src/view/fields.ts';

/** Documents of detections, each as `rule auditID revision`, sorted; the events tell the audit ids. */
export function findingsIn(
  detections: readonly Json[],
  events: readonly Json[],
): readonly string[] {
  const byId = new Map(events.map((event) => [textAt(event, 'event.id'), event]));
  return detections
    .map((detection) => {
      const [eventId] = valueAt(detection, 'auditstream.detection.event_ids') as [string];
      const auditId = textAt(byId.get(eventId) ?? {}, 'kubernetes.audit.auditID');
      const revision = textAt(detection, 'auditstream.detection.revision');
      return `${textAt(detection, 'rule.id')} ${auditId} ${revision}`;
    })
    .sort();
}
