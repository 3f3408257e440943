/** Tells of audit ids that more than one request has. docs/notices.md is the contract. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Delivery, type DurableEvent, type OnDurable } from '../../delivery.ts';
import { type AuditIdReuse, type AuditIds, createAuditIds } from '../../domain/audit-ids.ts';
import { type Notice, type Notify } from '../../domain/notice.ts';

export interface AuditIdWatchOptions {
  readonly notify: Notify;
  readonly telemetry: Pick<Telemetry, 'count'>;
  /** Of its own if not given. */
  readonly auditIds?: AuditIds;
}

/** Who may call an API server may choose audit ids: what they make must not crowd out other notices. */
const maxWaiting = 50;

/** Does not wait for what it tells. */
export function createAuditIdWatch(options: AuditIdWatchOptions): OnDurable {
  const { notify, telemetry, auditIds = createAuditIds() } = options;
  let waiting = 0;
  return (delivery, events) => {
    // Its events have the id of an operation, and no time at which the request came: each would be another.
    if (delivery.exporter === 'gke') return;
    const source_name = delivery.sourceName;
    for (const event of events) {
      if (event.auditIdUse === undefined) continue;
      const { requestId } = event;
      const reuse = auditIds.see({ ...event.auditIdUse, requestId, source: source_name });
      if (reuse === undefined) continue;
      const isTold = !reuse.isBeyond && waiting < maxWaiting;
      const result = isTold ? 'told' : 'untold';
      const count = Math.max(1, reuse.others.length);
      telemetry.count('ingest_audit_id_reuses_total', { source_name, result }, count);
      if (!isTold) continue;
      for (const notice of noticesOf(reuse, event, delivery)) {
        waiting += 1;
        void notify(notice).then(() => (waiting -= 1));
      }
    }
  };
}

function noticesOf(
  { others }: AuditIdReuse,
  { requestId, auditIdUse }: DurableEvent,
  { cluster, sourceName: name, way }: Delivery,
): readonly Notice[] {
  const type = way === 'file' ? 'kubernetes-log' : 'kubernetes-webhook';
  return others.map((other) => ({
    action: 'audit-id-reused',
    cluster,
    subject: { type, name },
    message:
      'Two requests have one audit id, and are not one request that was passed on. Both are kept: look at both for what one may hide.',
    details: { request: requestId, other, auditId: auditIdUse?.auditId ?? '' },
  }));
}
