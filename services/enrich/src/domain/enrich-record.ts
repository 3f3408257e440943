import { type AuditEvent, type AuditRecord } from '@auditstream/events/generated/types';
import { dockerFindings } from './docker.ts';
import { callFindings, isCall } from './docker-authz.ts';
import { parseObject } from './json.ts';
import { kubernetesFindings } from './kubernetes.ts';
import { noticeFindings } from './notice.ts';
import { eventOf, type Position } from './record.ts';

/** The event, or why there can be none. */
export type Enriched =
  | { readonly ok: true; readonly event: AuditEvent }
  | { readonly ok: false; readonly rejection: EnrichRejection };

export interface EnrichRejection {
  readonly code: 'unreadable-body' | 'unsupported-source';
  readonly message: string;
}

/** The audit event of a record: a function of the record and its position, and of nothing else. */
export function enrichRecord(record: AuditRecord, position: Position): Enriched {
  const event = parseObject(record.body);
  if (event === undefined) {
    return rejected('unreadable-body', `The body of event ${record.id} is not a JSON object.`);
  }
  switch (record.source) {
    case 'kubernetes':
      return { ok: true, event: eventOf(record, position, kubernetesFindings(event)) };
    case 'docker': {
      const source = { body: record.body, event, time: record.time };
      const findings = isCall(event) ? callFindings(source) : dockerFindings(source);
      return { ok: true, event: eventOf(record, position, findings) };
    }
    case 'auditstream':
      return { ok: true, event: eventOf(record, position, noticeFindings(event)) };
    case 'unknown':
      return rejected(
        'unsupported-source',
        `Event ${record.id} comes from source '${record.source}', which enrich cannot read: ` +
          'is a newer ingest running than enrich?',
      );
  }
}

function rejected(code: EnrichRejection['code'], message: string): Enriched {
  return { ok: false, rejection: { code, message } };
}
